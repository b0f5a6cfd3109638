import {
  buffer,
  connect,
  filter,
  ignoreElements,
  map,
  type Observable,
  type OperatorFunction,
  tap,
  throttle,
  timer,
} from 'rxjs';
import type { Print } from '../printer.js';
import type { Problem } from './output.js';

/** Prints warnings. */
export const warnings =
  (print: Print) =>
  (problems$: Observable<Problem>): Observable<never> =>
    problems$.pipe(toWarnings(), tap(print), ignoreElements());

/**
 * Emits one line for a problem, at most one per second, with a count of the others (S11). Of several, the last one
 * that is no refusal is printed, because anybody can cause refusals from outside and must not hide a problem of
 * the server. Pending problems are printed at the end.
 *
 *     problems$  ab--c|
 *     warnings   a----(c|)   the line of c counts b
 */
export const toWarnings = (): OperatorFunction<Problem, string> =>
  connect((problems$) =>
    problems$.pipe(
      buffer(problems$.pipe(throttle(() => timer(1_000), { leading: true, trailing: true }))),
      filter((problems) => problems.length > 0),
      map(summarize),
    ),
  );

function summarize(problems: readonly Problem[]): string {
  const { text } = problems.findLast(({ refusal }) => !refusal) ?? problems.at(-1) ?? NOTHING;
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `WARNING: ${text}${others}`;
}

const NOTHING: Problem = { text: '' };
