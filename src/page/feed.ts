import {
  catchError,
  defer,
  finalize,
  fromEvent,
  map,
  merge,
  type Observable,
  of,
  repeat,
  scan,
  timeout,
  timer,
} from 'rxjs';
import type { State } from '../admin/state.js';
import { mergeChanges } from './mergeChanges.js';
import type { Update } from './update.js';

/**
 * Emits the states of the server until it is unsubscribed. The first message of a connection has all fields of the
 * state, and each later one those that have changed, or `null` for those that are gone. A connection that breaks, or is
 * silent for 5 s, is reported as lost, and replaced after 1 s.
 *
 *     messages    a--b--#               c--d---
 *     feed        A--B--L----- 1s ------C--D---      L: lost
 */
export const feed = (url: string): Observable<Update> =>
  messages(url).pipe(
    timeout({ each: SILENCE_TIMEOUT_MS }),
    scan((state, { data }) => mergeChanges(state, JSON.parse(data) as object), {}),
    map((state): Update => ({ state: state as State })),
    catchError(() => of<Update>({ lost: true })),
    repeat({ delay: () => timer(RECONNECT_MS) }),
  );

const SILENCE_TIMEOUT_MS = 5_000;
const RECONNECT_MS = 1_000;

const messages = (url: string): Observable<MessageEvent<string>> =>
  defer(() => {
    const source = new EventSource(url);
    const broken$ = fromEvent(source, 'error').pipe(
      map(() => {
        throw new Error('the connection is lost');
      }),
    );
    return merge(fromEvent<MessageEvent<string>>(source, 'message'), broken$).pipe(
      finalize(() => {
        source.close();
      }),
    );
  });
