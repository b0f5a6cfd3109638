import { map, type Observable } from 'rxjs';
import { requestNumber } from '../../ids/requestNumber.js';
import type { Numbers } from '../../numbers.js';
import type { FileNumber } from '../writer/place.js';

/**
 * Returns a function that asks for the number of a next file. A number whose name is taken is left out: a sequence may
 * have begun again, because somebody has removed it.
 */
export function lateNumbers(numbers: Numbers): () => Observable<FileNumber> {
  const run = crypto.randomUUID();
  let serial = 0;
  const nextNumber = (): Observable<FileNumber> =>
    requestNumber(numbers, `${run}-${++serial}`).pipe(
      map((id): FileNumber => ({ id, other$: nextNumber() })),
    );
  return nextNumber;
}
