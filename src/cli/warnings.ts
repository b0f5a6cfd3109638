import { buffer, connect, filter, map, merge, type OperatorFunction, throttle, timer } from 'rxjs';
import { NoRoomError, StoreError } from '../errors.js';
import type { ServerEvent } from '../server/events.js';
import { explain } from './explain.js';
import { whyRefused } from './refused.js';
import { fileOf } from './serverLine.js';

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
  if (event.type === 'reduced')
    return `--max-connections ${event.asked} is reduced to ${event.maxConnections}: more files may not be open at once (ulimit -n)`;
  if (event.type === 'unmarked')
    return `${fileOf(event)} could not be written, not even as ERROR: ${explain(event.error)}`;
  if (event.type === 'refused' && event.reason !== 'DENIED')
    return `refused ${event.peer}: ${whyRefused(event)}`;
  if (event.type !== 'failed') return undefined;
  return event.error instanceof StoreError ||
    event.error instanceof NoRoomError ||
    event.reason === 'INTERNAL'
    ? `${fileOf(event)} from ${event.peer}: ${explain(event.error)}`
    : undefined;
}
