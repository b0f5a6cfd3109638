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
import type { News } from './news.js';

/**
 * The states of the server, as long as the page is open. Each message has what changed; the first of a connection has
 * all. A connection that breaks, or is silent for 5 s, is reported, and replaced a second later.
 *
 *     messages    a--b--#               c--d---
 *     news        A--B--(lost)  -- 1s --C--D---
 */
export const feed = (url: string): Observable<News> =>
  messages(url).pipe(
    timeout({ each: SILENCE_MS }),
    scan((state, { data }) => ({ ...state, ...(JSON.parse(data) as Partial<State>) }), {}),
    map((state): News => ({ state: state as State })),
    catchError(() => of<News>({ lost: true })),
    repeat({ delay: () => timer(AGAIN_MS) }),
  );

const SILENCE_MS = 5_000;
const AGAIN_MS = 1_000;

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

/** Server-Sent Events, until it is unsubscribed. */
class Source {
  readonly events: EventSource;

  constructor(url: string) {
    this.events = new EventSource(url);
  }

  unsubscribe(): void {
    this.events.close();
  }
}
