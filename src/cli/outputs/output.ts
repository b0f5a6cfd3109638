import { connect, merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/**
 * Consumes the events of a server, emits the problems to report as warnings, and completes after the events.
 * The program ends once all of its outputs have completed.
 */
export type Output = (events$: Observable<ServerEvent>) => Observable<Problem>;

/** A problem of the server itself, and not of a sender. */
export interface Problem {
  readonly text: string;
  /** Anybody can cause a refusal from outside, so a refusal hides no other problem. */
  readonly refusal?: boolean;
}

/**
 * Connects one server to a list of outputs, which receive each event in this order, and passes its events on.
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
