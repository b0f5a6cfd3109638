import { type ErrorCode, RxdropError } from './errors.js';

/** A detail of an error besides its message: a number or a name. */
type Detail = string | number | boolean;

/**
 * An error as plain data, which survives `JSON.stringify`, `structuredClone` and a process boundary.
 *
 * Beside these fields it has the numbers and names that the error itself has: `due`, `limit`, `path` …
 */
export interface ErrorData {
  /** `INTERNAL` if it is no error of rxdrop. */
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause?: CauseData;
  readonly [detail: string]: string | number | boolean | CauseData | undefined;
}

/** What caused an error, as plain data. */
export interface CauseData {
  /** The code of the system, or of Node: `ENOSPC`, `ECONNRESET` … */
  readonly code?: string;
  readonly message: string;
  readonly cause?: CauseData;
  readonly [detail: string]: string | number | boolean | CauseData | undefined;
}

const originals = new WeakMap<object, unknown>();
/** What was made of an error: one error may end thousands of transfers. */
const made = new WeakMap<RxdropError, ErrorData>();

/** Returns the error from which the data was made; `undefined` if that was in another process. */
export const originalError = (data: ErrorData): unknown => originals.get(data);

/** Converts an error to data. An error that is not of rxdrop becomes the cause of an `INTERNAL` one. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof RxdropError) {
    const known = made.get(error);
    if (known) return known;
  }
  const data: ErrorData =
    error instanceof RxdropError
      ? { ...causeData(error), code: error.code }
      : { code: 'INTERNAL', message: textOf(error), cause: causeData(error) };
  originals.set(data, error);
  if (error instanceof RxdropError) made.set(error, data);
  return data;
}

/** An error may be its own cause, so causes below the eighth are left out. */
function causeData(error: unknown, depth = 8): CauseData {
  if (!(error instanceof Error)) return { message: textOf(error) };
  return {
    ...detailsOf(error),
    message: error.message,
    ...(error.cause !== undefined && depth > 1 && { cause: causeData(error.cause, depth - 1) }),
  };
}

/** Makes an error of the data of a cause, which comes from another process. */
export const causeOf = ({ message, cause, ...details }: CauseData): Error =>
  Object.assign(new Error(message, cause && { cause: causeOf(cause) }), details);

const detailsOf = (error: Error): Readonly<Record<string, Detail>> =>
  Object.fromEntries(
    Object.entries(error).filter(
      (entry): entry is [string, Detail] =>
        !ERROR_FIELDS.has(entry[0]) &&
        isDetail(entry[1]) &&
        (entry[0] !== 'code' || isText(entry[1])),
    ),
  );

/** The fields of every error; the class that `name` names does not survive as data. */
const ERROR_FIELDS = new Set(['name', 'message', 'stack', 'cause']);

const isText = (value: unknown): value is string => typeof value === 'string';

/** Any value can be thrown, even one that has no text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'unknown';
  }
}

/** JSON has only finite numbers. */
const isDetail = (value: unknown): value is Detail =>
  typeof value === 'number' ? Number.isFinite(value) : isText(value) || typeof value === 'boolean';
