import { connect, merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { ServerEvent } from '../../server/events.js';

/**
 * Consumes the events of a program, emits the problems to report as warnings, and completes after the events.
 * The program ends once all of its outputs have completed.
 */
export type Output<E = ServerEvent> = (events$: Observable<E>) => Observable<Problem>;

/** A problem of the program itself, and not of a peer. */
export interface Problem {
  readonly text: string;
  /** Anybody can cause a refusal from outside, so a refusal hides no other problem. */
  readonly refusal?: boolean;
}

/**
 * Connects the events of a program to a list of outputs, which receive each event in this order, and passes its events
 * on.
 *
 * @param warn prints the problems of all outputs
 */
export const into = <E = ServerEvent>(
  outputs: readonly Output<E>[],
  warn: (problems$: Observable<Problem>) => Observable<never>,
): MonoTypeOperatorFunction<E> =>
  connect((events$) => {
    const problems$ = merge(...outputs.map((output) => output(events$)));
    return merge(warn(problems$), events$);
  });
