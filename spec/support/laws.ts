import type { OperatorFunction } from 'rxjs';
import { lawsOf } from '../../src/testing/index.js';

/** Specifies that an operator obeys the laws. */
export function obeysTheLaws<T, R>(
  operator: () => OperatorFunction<T, R>,
  values: { a: T; b: T },
): void {
  describe('obeys the laws:', () => {
    it.each(lawsOf(operator, values))('%s', (_, check) => {
      check();
    });
  });
}
