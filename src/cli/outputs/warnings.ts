import {
  buffer,
  connect,
  filter,
  ignoreElements,
  map,
  merge,
  type OperatorFunction,
  tap,
  throttle,
  timer,
} from 'rxjs';
import type { ErrorCode } from '../../errors.js';
import type { Failed, ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import type { Print } from '../printer.js';
import { fileOf } from './line.js';
import type { Output } from './output.js';
import { hookText, isFailed } from './hookText.js';
import { refusalText } from './refusalText.js';

/** Prints the warnings. */
export const warnings =
  (print: Print): Output =>
  (events$) =>
    events$.pipe(toWarnings(), tap(print), ignoreElements());

/**
 * The warnings about trouble of the server's own, and about whom it refuses: at most one a second, with a
 * count of those left out (S11). Of several, trouble goes first, so that what anybody can cause from outside
 * does not hide it. What waits for its second when the server stops is told then.
 */
export function toWarnings(): OperatorFunction<ServerEvent, string> {
  return connect((events$) => {
    const stopped$ = events$.pipe(filter(({ type }) => type === 'stopped'));
    return events$.pipe(
      filter((event) => textOf(event) !== undefined),
      connect((warned$) =>
        warned$.pipe(
          buffer(warned$.pipe(throttle(() => merge(timer(1_000), stopped$), LEADING_AND_TRAILING))),
        ),
      ),
      filter((warned) => warned.length > 0),
      map(summarize),
    );
  });
}

const LEADING_AND_TRAILING = { leading: true, trailing: true };

function summarize(warned: readonly ServerEvent[]): string {
  const event = warned.findLast(({ type }) => type !== 'refused') ?? warned.at(-1);
  const text = event && textOf(event);
  return warned.length > 1
    ? `WARNING: ${text} (and ${warned.length - 1} more)`
    : `WARNING: ${text}`;
}

function textOf(event: ServerEvent): string | undefined {
  switch (event.type) {
    case 'reduced':
      return `--max-connections ${event.asked} is reduced to ${event.maxConnections}: more files may not be open at once (ulimit -n)`;
    case 'refused':
      return event.reason === 'DENIED' ? undefined : `refused ${event.peer}: ${refusalText(event)}`;
    case 'failed':
      if (event.fileError)
        return `${fileOf(event)} could not be written, not even as ERROR: ${explain(event.fileError)}`;
      return isServerFault(event)
        ? `${fileOf(event)} from ${event.peer}: ${explain(event.error)}`
        : undefined;
    case 'hook':
      return isFailed(event) ? hookText(event) : undefined;
    default:
      return undefined;
  }
}

/** Trouble of the server's own, and not of a sender's. A check that refuses a file works as it should. */
const isServerFault = ({ reason, error: { status } }: Failed): boolean =>
  reason === 'CHECK'
    ? status === undefined || NOT_RUN.has(Number(status))
    : SERVER_FAULTS.has(reason);

/** The statuses of a shell that cannot run a command: it is not executable, or not found. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

const SERVER_FAULTS: ReadonlySet<ErrorCode> = new Set(['STORE', 'NO_ROOM', 'INTERNAL']);
