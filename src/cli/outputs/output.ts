import {
  connect,
  ignoreElements,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/** Shows the events of a server somewhere, and completes with them: a server that has stopped waits for it. */
export type Output = (events$: Observable<ServerEvent>) => Observable<never>;

/** Connects one server to a list of outputs, which see each event in this order, and passes its events on. */
export const into = (outputs: readonly Output[]): MonoTypeOperatorFunction<ServerEvent> =>
  connect((events$) =>
    merge(...outputs.map((output) => output(events$).pipe(ignoreElements())), events$),
  );
