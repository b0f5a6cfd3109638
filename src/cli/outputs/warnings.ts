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
import type { ServerEvent } from '../../server/events.js';
import { explain } from '../explain.js';
import type { Print } from '../printer.js';
import { fileOf, senderOf } from './line.js';
import type { Output } from './output.js';
import { whyRefused } from './refusal.js';

/** Prints the warnings. */
export const warningsOn =
  (print: Print): Output =>
  (events$) =>
    events$.pipe(warnings(), tap(print), ignoreElements());

/**
 * The warnings about trouble of the server's own, and about whom it refuses: at most one a second, with a
 * count of those left out (S11). Of several, trouble goes first, so that what anybody can cause from outside
 * does not hide it. What waits for its second when the server stops is told then.
 */
export function warnings(): OperatorFunction<ServerEvent, string> {
  return connect((events$) => {
    const stopped$ = events$.pipe(filter(({ type }) => type === 'stopped'));
    return events$.pipe(
      filter((event) => textOf(event) !== undefined),
      connect((warned$) =>
        warned$.pipe(buffer(warned$.pipe(throttle(() => merge(timer(1_000), stopped$), BOTH)))),
      ),
      filter((warned) => warned.length > 0),
      map(inOneLine),
    );
  });
}

const BOTH = { leading: true, trailing: true };

function inOneLine(warned: readonly ServerEvent[]): string {
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
      return event.reason === 'DENIED'
        ? undefined
        : `refused ${senderOf(event)}: ${whyRefused(event)}`;
    case 'failed':
      if (event.fileError)
        return `${fileOf(event)} could not be written, not even as ERROR: ${explain(event.fileError)}`;
      return OF_THE_SERVER.has(event.reason)
        ? `${fileOf(event)} from ${senderOf(event)}: ${explain(event.error)}`
        : undefined;
    default:
      return undefined;
  }
}

/** Trouble of the server's own, and not of a sender's. */
const OF_THE_SERVER: ReadonlySet<ErrorCode> = new Set(['STORE', 'NO_ROOM', 'INTERNAL']);
