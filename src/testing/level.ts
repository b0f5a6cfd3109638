import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/**
 * A quantity that is asked for rather than emitted, as a row of virtual time.
 *
 *     level('0--5')  0 0 0 5 5 5 …
 *
 * @example
 * const uplink = fakeUplink({ taken: level('0 999ms 5') });   // 5 bytes from the first full second on
 */
export function level(row: string): () => number {
  const steps = TestScheduler.parseMarbles(row, undefined, undefined, false, true);
  return () => {
    const step = steps.findLast(({ frame }) => frame <= asyncScheduler.now());
    return step?.notification.kind === 'N' ? Number(step.notification.value) : NaN;
  };
}
