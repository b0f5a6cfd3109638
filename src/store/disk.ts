import { Observable, type TimestampProvider } from 'rxjs';
import { StoreError } from '../errors.js';
import type { FileCall, Steps } from './steps.js';

/** Runs file calls: synchronously while they are quick, in the thread pool while they are not. */
export interface Disk {
  /** Whether a call would be made in the thread pool now. */
  readonly slow: boolean;
  /** Runs steps now, whatever the pace. */
  now<T>(steps: Steps<T>): T;
  /** Runs steps at the pace of the disk; each step at the pace known by then. */
  run<T>(steps: () => Steps<T>): Observable<T>;
}

export interface DiskOptions {
  /** A synchronous call of this many milliseconds or more says that the disk is slow; fewer are a busy processor. */
  slowFrom?: number;
  /** This many calls in a row under `slowFrom` say that it is quick again. */
  quickAfter?: number;
  clock?: TimestampProvider;
}

/**
 * One measure for a whole store, so that the first delay that anyone meets is the only one that
 * holds everybody up.
 *
 * Synchronous calls into the page cache cost half of a hop to the thread pool and back, while a slow
 * disk called synchronously would stop every other connection, and every clock.
 */
export function disk({
  slowFrom = 50,
  quickAfter = 64,
  clock = performance,
}: DiskOptions = {}): Disk {
  let quickCalls = quickAfter;
  const note = (since: number) => {
    quickCalls = clock.now() - since < slowFrom ? quickCalls + 1 : 0;
  };

  /** Makes the call now; `resume` is what it leads to. */
  const callNow = <R>(call: FileCall<unknown>, resume: Resume<R>): R => {
    const since = clock.now();
    let value: unknown;
    try {
      value = call.now();
    } catch (error) {
      note(since);
      return resume.throw(error);
    }
    note(since);
    return resume.next(value);
  };

  return {
    get slow() {
      return quickCalls < quickAfter;
    },

    now(steps) {
      return kept(() => {
        let step = steps.next();
        while (!step.done) step = callNow(step.value, steps);
        return step.value;
      });
    },

    run(steps) {
      return new Observable((subscriber) => {
        const running = steps();
        const advance = (resume: () => ReturnType<typeof running.next>) => {
          try {
            let step = kept(resume);
            while (!step.done && quickCalls >= quickAfter) {
              const call = step.value;
              step = kept(() => callNow(call, running));
            }
            if (step.done) {
              subscriber.next(step.value);
              subscriber.complete();
              return;
            }
            const since = clock.now();
            step.value.later((error, value) => {
              note(since);
              advance(() => (error ? running.throw(error) : running.next(value)));
            });
          } catch (error) {
            subscriber.error(error);
          }
        };
        advance(() => running.next());
      });
    },
  };
}

interface Resume<R> {
  next(value: unknown): R;
  throw(error: unknown): R;
}

function kept<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new StoreError({ cause });
  }
}
