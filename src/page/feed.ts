import {
  catchError,
  fromEvent,
  map,
  merge,
  type Observable,
  of,
  repeat,
  scan,
  switchMap,
  throwError,
  timeout,
  timer,
  using,
} from 'rxjs';
import type { State } from '../admin/state.js';
import type { Update } from './update.js';

/**
 * Emits the states of the server until it is unsubscribed. The first message of a connection has all fields of the
 * state, and each later one those that have changed. A connection that breaks, or is silent for 5 s, is reported as
 * lost, and replaced after 1 s.
 *
 *     messages    a--b--#               c--d---
 *     feed        A--B--L----- 1s ------C--D---      L: lost
 */
export const feed = (url: string): Observable<Update> =>
  messages(url).pipe(
    timeout({ each: SILENCE_TIMEOUT_MS }),
    scan((state, { data }) => ({ ...state, ...(JSON.parse(data) as Partial<State>) }), {}),
    map((state): Update => ({ state: state as State })),
    catchError(() => of<Update>({ lost: true })),
    repeat({ delay: () => timer(RECONNECT_MS) }),
  );

const SILENCE_TIMEOUT_MS = 5_000;
const RECONNECT_MS = 1_000;

const messages = (url: string): Observable<MessageEvent<string>> =>
  using(
    () => new Source(url),
    (source) =>
      source instanceof Source
        ? merge(
            fromEvent<MessageEvent<string>>(source.events, 'message'),
            fromEvent(source.events, 'error').pipe(
              switchMap(() => throwError(() => new Error('the connection is lost'))),
            ),
          )
        : [],
  );

/** A connection for Server-Sent Events, as a resource for `using`. */
class Source {
  readonly events: EventSource;

  constructor(url: string) {
    this.events = new EventSource(url);
  }

  unsubscribe(): void {
    this.events.close();
  }
}
