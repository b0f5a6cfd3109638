import {
  connect,
  ignoreElements,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/** Consumes the events of a server, and completes after them. The program ends once all of its outputs have completed. */
export type Output = (events$: Observable<ServerEvent>) => Observable<never>;

/** Connects one server to a list of outputs, which receive each event in this order, and passes its events on. */
export const into = (outputs: readonly Output[]): MonoTypeOperatorFunction<ServerEvent> =>
  connect((events$) =>
    merge(...outputs.map((output) => output(events$).pipe(ignoreElements())), events$),
  );
