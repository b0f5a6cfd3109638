import {
  catchError,
  EMPTY,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  take,
  throwError,
  timer,
} from 'rxjs';
import { CheckError, CommandError } from '../errors.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import type { CommandResult } from './command.js';
import { escapeControls } from './escapeControls.js';
import { type ReceivedFile, fileCommand } from './fileCommand.js';

/** How a check runs. */
export interface CheckCommandOptions {
  /** Milliseconds that the command may take, 60,000 by default; `Infinity` for no limit. */
  timeout?: number | undefined;
  /** When it errors, the command is ended, and its error is passed on. */
  abort$?: Observable<never>;
}

/**
 * Creates a check of files by a command, for `checked`: a file passes if the command exits with status 0.
 *
 * The environment of the command describes the file: `RXDROP_FILE` (the path of its bytes, which the command only
 * reads), `RXDROP_BYTES`, `RXDROP_PEER` and, if they are known, `RXDROP_ID`, `RXDROP_SHA256` and `RXDROP_CN`. When the
 * command exits, the processes that it has left in the background are killed.
 *
 * Not for text that comes from outside: the shell runs the text of `line`.
 *
 * @param line the text of the command
 * @throws CheckError if the file does not pass; the check errors with it
 * @example
 * ```ts
 * import { checkCommand } from 'rxdrop/node';
 *
 * const check = checkCommand('test "$RXDROP_BYTES" -gt 0 || { echo empty; exit 1; }');
 * check({ file: '/dev/null', bytes: 0, peer: '192.0.2.1:5000' }).subscribe({
 *   error: (error: unknown) => console.log(String(error)),
 * });
 * // → CheckError: empty
 * ```
 * @see `checked`, which makes the check before a file is published
 * @category Stores
 */
export function checkCommand(
  line: string,
  { timeout = TIMEOUT_MS, abort$ = NEVER }: CheckCommandOptions = {},
): (file: ReceivedFile) => Observable<never> {
  return (file) =>
    fileCommand(line, file, { abort$: merge(abort$, lateAfter(timeout)) }).pipe(
      take(1),
      mergeMap((result) => (result.status === 0 ? EMPTY : throwError(() => refusal(result)))),
      catchError((error: unknown) => {
        throw error instanceof CommandError
          ? new CheckError(error.message, {}, { cause: error.cause })
          : error;
      }),
    );
}

const lateAfter = (due: number): Observable<never> =>
  due > MAX_TIMER_MS
    ? NEVER
    : timer(due).pipe(
        map(() => {
          throw new CheckError(`not done within ${due} ms`, { due });
        }),
      );

function refusal({ status, signal, output }: CommandResult): CheckError {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  const reason = signal === undefined ? `status ${status}` : `ended by ${signal}`;
  return new CheckError(escapeControls(last === '' ? reason : last), { status, signal, output });
}

const TIMEOUT_MS = 60_000;
