import { defer, of } from 'rxjs';
import { StoreError } from '../../errors.js';
import type { Numbers } from '../numbers.js';

/** Numbers that one server counts, from one past the highest. They do not know to which file they gave which number. */
export const countFrom = (highest: number): Numbers => {
  let last = highest;
  return {
    next: () =>
      defer(() => {
        if (last >= Number.MAX_SAFE_INTEGER)
          throw new StoreError({ cause: new Error(`no number is left after ${last}`) });
        return of(++last);
      }),
  };
};
