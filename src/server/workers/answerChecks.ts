import {
  catchError,
  defer,
  endWith,
  ignoreElements,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  tap,
} from 'rxjs';
import { errorData } from '../../errorData.js';
import type { Check } from '../../store/checked.js';
import type { LentFile } from '../../store/directory/lender.js';
import type { Origin } from '../../store/store.js';
import type { Member } from './pool.js';
import type { Answer, ToCheck, Verdict } from './protocol.js';

export interface FileToCheck {
  readonly check: Check;
  readonly file: LentFile;
  readonly origin: Origin;
}

/**
 * Checks a file when its worker has received it whole, and sends the result. A check runs here, because the number of
 * concurrent checks is that of the whole server.
 *
 *     answers         --c-----r
 *     check             ---|
 *     to the worker        v
 *     answerChecks    --------r
 */
export const answerChecks = (
  { worker }: Member,
  { check, file: { path: file, id }, origin: { peer, client } }: FileToCheck,
): MonoTypeOperatorFunction<Answer> => {
  const verdictOn = ({ job, bytes, sha256 }: ToCheck): Observable<never> =>
    defer(() => check({ file, id, bytes, peer, client, sha256 })).pipe(
      ignoreElements(),
      endWith<Verdict>({ type: 'verdict', job }),
      catchError((error: unknown) =>
        of<Verdict>({ type: 'verdict', job, error: errorData(error) }),
      ),
      tap((verdict) => {
        worker.send(verdict);
      }),
      ignoreElements(),
    );
  return mergeMap((answer) => (answer.type === 'check' ? verdictOn(answer) : of(answer)));
};
