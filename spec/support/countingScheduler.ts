import { type SchedulerAction, type Subscription, VirtualTimeScheduler } from 'rxjs';

/** Virtual time that records each delay it is asked for, and has another clock if it is given one. */
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
