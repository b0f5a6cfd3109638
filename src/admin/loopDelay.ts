import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defer, finalize, interval, map, type Observable } from 'rxjs';
import type { LoopState } from './state.js';

/** Emits the delay of the event loop every 10 s, over the last 10 s. */
export const loopDelay$: Observable<LoopState> = defer(() => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  /** Node measures the nanoseconds of its timer: the excess over the resolution is the delay. */
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return interval(WINDOW_MS).pipe(
    map(() => {
      const state = {
        p50: late(delays.percentile(50)),
        p99: late(delays.percentile(99)),
        max: late(delays.max),
      };
      delays.reset();
      return state;
    }),
    finalize(() => {
      delays.disable();
    }),
  );
});

const RESOLUTION_MS = 20;
const WINDOW_MS = 10_000;
