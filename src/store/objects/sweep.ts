import {
  catchError,
  concatMap,
  EMPTY,
  filter,
  ignoreElements,
  type Observable,
  reduce,
} from 'rxjs';
import type { Engine } from './engine.js';

export interface SweepOptions {
  /** Whether a store like this can have begun the upload. */
  readonly isOurs: (name: string) => boolean;
  /** Milliseconds after which an upload that got no part belongs to a server that is dead. */
  readonly abandonedAfter: number;
}

/**
 * Aborts the uploads that no server continues, because engines keep, and charge for, the parts of uploads that nobody
 * completes. An upload whose last part is recent belongs to a server that runs. What fails now is for the next sweep.
 */
export const sweep = (
  engine: Engine,
  { isOurs, abandonedAfter }: SweepOptions,
): Observable<never> => {
  const isOld = (at: number) => engine.now() - at > abandonedAfter;
  return engine.listUploads().pipe(
    filter(({ name, startedAt }) => isOurs(name) && isOld(startedAt)),
    concatMap((upload) =>
      engine.listPartTimes(upload).pipe(
        reduce((last, at) => Math.max(last, at), upload.startedAt),
        filter(isOld),
        concatMap(() => engine.abortUpload(upload)),
        catchError(() => EMPTY),
      ),
    ),
    ignoreElements(),
    catchError(() => EMPTY),
  );
};
