import { type SchedulerAction, type Subscription, VirtualTimeScheduler } from 'rxjs';

/** A virtual-time scheduler that records the delays of its actions. `now` replaces its clock. */
export function countingScheduler(now?: () => number) {
  const delays: number[] = [];
  class CountingScheduler extends VirtualTimeScheduler {
    override schedule<T>(
      work: (this: SchedulerAction<T>, state?: T) => void,
      delay = 0,
      state?: T,
    ): Subscription {
      delays.push(delay);
      return super.schedule(work, delay, state);
    }
  }
  const scheduler = new CountingScheduler();
  if (now) scheduler.now = now;
  return { scheduler, delays };
}
