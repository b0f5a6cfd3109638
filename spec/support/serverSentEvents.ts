import { get } from 'node:http';
import type { Readable } from 'node:stream';
import {
  defer,
  filter,
  finalize,
  fromEvent,
  map,
  type Observable,
  race,
  scan,
  switchMap,
  take,
  throwError,
} from 'rxjs';
import type { State } from '../../src/admin/state.js';
import { fromReadable } from '../../src/node/index.js';
import { splitLines } from '../../src/operators/index.js';

/** Emits the states of `/events`, which it adds up from the messages as the page does. */
export const watchStates = (url: string): Observable<State> =>
  messages(url).pipe(
    scan((state, change) => ({ ...state, ...change }), {}),
    map((state) => state as State),
  );

/** Emits the data of the messages. */
export const messages = (url: string): Observable<object> =>
  responseTo(url).pipe(
    splitLines({ limit: 2 ** 20 }),
    filter((line) => line.startsWith('data: ')),
    map((line) => JSON.parse(line.slice('data: '.length)) as object),
  );

const responseTo = (url: string) =>
  defer(() => {
    const request = get(url);
    return race(
      fromEvent(request, 'response', (response: Readable) => response),
      fromEvent(request, 'error').pipe(switchMap((error) => throwError(() => error))),
    ).pipe(
      take(1),
      switchMap(fromReadable),
      finalize(() => {
        request.destroy();
      }),
    );
  });
