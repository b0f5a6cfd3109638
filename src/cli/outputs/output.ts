import { connect, merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/**
 * Shows the events of a server somewhere, emits the problems to warn of, and completes after the events: a
 * server that has stopped waits for it.
 */
export type Output = (events$: Observable<ServerEvent>) => Observable<Problem>;

/** A problem of the server itself, and not of a sender. */
export interface Problem {
  readonly text: string;
  /** Anybody can cause a refusal from outside, so a refusal hides no other problem. */
  readonly refusal?: boolean;
}

/**
 * Connects one server to a list of outputs, which see each event in this order, and passes its events on.
 *
 * @param warn prints the problems of all outputs
 */
export const into = (
  outputs: readonly Output[],
  warn: (problems$: Observable<Problem>) => Observable<never>,
): MonoTypeOperatorFunction<ServerEvent> =>
  connect((events$) => {
    const problems$ = merge(...outputs.map((output) => output(events$)));
    return merge(warn(problems$), events$);
  });
