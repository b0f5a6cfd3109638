import {
  connect,
  filter,
  groupBy,
  map,
  merge,
  mergeMap,
  type Observable,
  type OperatorFunction,
  scan,
  throttle,
  timer,
} from 'rxjs';
import { NoRoomError, StoreError } from '../errors.js';
import type { ServerEvent } from '../server/events.js';
import { explain } from './explain.js';
import { whyRefused } from './refused.js';

/**
 * The warnings about trouble of the server's own, and about whom it refuses: of each kind at most one a
 * second, with a count of those left out (S11). So what anybody can cause from outside hides nothing. What
 * waits for its second when the server stops is told then.
 */
export function warnings(): OperatorFunction<ServerEvent, string> {
  return connect((events$) => {
    const stopped$ = events$.pipe(filter(({ type }) => type === 'stopped'));
    return events$.pipe(
      map((event) => ({ kind: kindOf(event), text: textOf(event) })),
      filter(({ text }) => text !== undefined),
      groupBy(({ kind }) => kind),
      mergeMap((same$) => same$.pipe(onceASecond(stopped$))),
    );
  });
}

const kindOf = (event: ServerEvent): string =>
  event.type === 'refused' ? event.reason : 'TROUBLE';

const onceASecond =
  (
    stopped$: Observable<unknown>,
  ): OperatorFunction<{ readonly text: string | undefined }, string> =>
  (warnings$) =>
    warnings$.pipe(
      map(({ text = '' }, index) => ({ text, count: index + 1, since: 0 })),
      throttle(() => merge(timer(1_000), stopped$), { leading: true, trailing: true }),
      scan((last, now) => ({ ...now, since: now.count - last.count })),
      map(({ text, since }) =>
        since > 1 ? `WARNING: ${text} (${since} of the kind)` : `WARNING: ${text}`,
      ),
    );

function textOf(event: ServerEvent): string | undefined {
  if (event.type === 'unmarked')
    return `${event.id}.file holds nothing, not even ERROR: ${explain(event.error)}`;
  if (event.type === 'refused' && event.reason !== 'DENIED')
    return `refused ${event.peer}: ${whyRefused(event)}`;
  if (event.type !== 'failed') return undefined;
  return event.error instanceof StoreError ||
    event.error instanceof NoRoomError ||
    event.reason === 'INTERNAL'
    ? `${event.id}.file from ${event.peer}: ${explain(event.error)}`
    : undefined;
}
