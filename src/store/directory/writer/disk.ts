import { identity, Observable, switchMap, take, timer, type TimestampProvider } from 'rxjs';
import { asStoreError } from '../../../asStoreError.js';
import { afterPoll$ } from '../../../node/afterPoll.js';
import { Slices } from './slices.js';
import { callSync, type FileCall, runSync, type Steps, StoppedError } from './steps.js';

/** Runs file calls: synchronously while the disk is fast, in the thread pool while it is slow. */
export interface Disk {
  /** Whether `run` makes the next call in the thread pool. */
  readonly slow: boolean;
  /** Runs all steps synchronously, even if the disk is slow. */
  runSync<T>(steps: Steps<T>): T;
  /** Runs steps, and decides before each call whether the disk is slow. Completes after the last. */
  run(steps: () => Steps<void>): Observable<never>;
  /** Makes `settle` wait, as for steps that are under way, until what it returns is called. */
  hold(): () => void;
  /** Whether the patience of `settle` has ended. */
  readonly stopped: boolean;
  /**
   * Calls `done` once no steps are under way, at the latest after `patience`. Steps that are under way even
   * then fail at the next call that has not begun; only the calls that undo are made after that.
   */
  readonly settle: (done: () => void) => void;
}

export interface DiskOptions {
  /** A synchronous call of at least this many milliseconds makes the disk slow; a busy CPU explains fewer. */
  slowMs?: number;
  /** This many calls in a row that each take less than `slowMs` make it fast again. */
  fastCalls?: number;
  /** Calls in the thread pool at once. */
  concurrent?: number;
  /** Milliseconds that `settle` waits. */
  patience?: number;
  /**
   * Emits once a call in the thread pool, begun when this is subscribed, has taken too long: after `slowMs`, and a
   * poll of the event loop that has not delivered its result either. The loop itself may have been late.
   */
  overdue$?: Observable<unknown>;
  clock?: TimestampProvider;
}

/**
 * A store has one disk, so the first slow call switches the mode of all its parts.
 *
 * A synchronous call into the page cache costs half of a call in the thread pool. But a synchronous call to
 * a slow disk stops every other connection, and every clock.
 */
export function disk({
  slowMs = 50,
  fastCalls = 64,
  concurrent = 4,
  patience = 600,
  overdue$ = timer(slowMs).pipe(switchMap(() => afterPoll$)),
  clock = performance,
}: DiskOptions = {}): Disk {
  let fastInARow = fastCalls;
  const count = (fast: boolean) => {
    fastInARow = fast ? fastInARow + 1 : 0;
  };
  const slices = new Slices(clock);
  const makeMeasured = (call: FileCall<unknown>): unknown => {
    const since = clock.now();
    try {
      return call.runSync();
    } finally {
      const now = clock.now();
      slices.spend(now - since, now);
      count(now - since < slowMs);
    }
  };

  let inThreadPool = 0;
  const queue: (() => void)[] = [];

  let stopped = false;
  /** Steps that wait for a call. */
  let underWay = 0;
  const settleCallbacks: (() => void)[] = [];
  let patienceTimer: NodeJS.Timeout | undefined;
  const callBack = () => {
    for (const done of settleCallbacks.splice(0)) done();
  };
  const leave = () => {
    if (--underWay === 0) callBack();
  };
  const stop = () => {
    stopped = true;
    callBack();
  };

  /** Queues calls here and not in the thread pool: a process that exits still waits for the pool's queue. */
  const enqueue = (make: (done: () => void) => void) => {
    const start = () => {
      inThreadPool++;
      make(() => {
        inThreadPool--;
        queue.shift()?.();
      });
    };
    if (inThreadPool < concurrent) start();
    else queue.push(start);
  };

  /** Begins steps in their slice. Until then, they are under way like those that wait for a call. */
  const beginInSlice = (begin: () => void): (() => void) => {
    let waits = true;
    underWay++;
    const arrive = () => {
      if (!waits) return;
      waits = false;
      leave();
    };
    const takeBack = slices.begin(() => {
      begin();
      arrive();
    });
    return () => {
      takeBack();
      arrive();
    };
  };

  return {
    get slow() {
      return fastInARow < fastCalls;
    },

    runSync(steps) {
      try {
        return runSync(steps, makeMeasured);
      } catch (cause) {
        throw asStoreError(cause);
      }
    },

    run(procedure) {
      return new Observable((subscriber) => {
        const steps = procedure();
        let undoing = false;
        /** Makes the steps undo what they did, instead of the next call, if the disk was stopped. */
        const orUndo = (next: Next<void>): Next<void> => {
          if (next.done || !stopped || undoing) return next;
          undoing = true;
          return steps.throw(new StoppedError());
        };
        const advance = (resume: () => Next<void>) => {
          try {
            let next = orUndo(resume());
            while (!next.done && fastInARow >= fastCalls)
              next = orUndo(callSync(next.value, steps, makeMeasured));
            if (!next.done) call(next.value);
            else subscriber.complete();
          } catch (cause) {
            subscriber.error(asStoreError(cause));
          }
        };
        const call = (fileCall: FileCall<unknown>) => {
          underWay++;
          const continueWith = (resume: () => Next<void>) => {
            advance(resume);
            leave();
          };
          enqueue((done) => {
            if (stopped && !undoing) {
              undoing = true;
              done();
              continueWith(() => steps.throw(new StoppedError()));
              return;
            }
            const waiting = overdue$.pipe(take(1)).subscribe({
              next: () => {
                count(false);
              },
              error: identity,
            });
            fileCall.run((error, value) => {
              count(!waiting.closed);
              waiting.unsubscribe();
              done();
              continueWith(() => (error ? steps.throw(error) : steps.next(value)));
            });
          });
        };
        const begin = () => {
          advance(() => steps.next());
        };
        if (!patienceTimer && fastInARow >= fastCalls) return beginInSlice(begin);
        begin();
        return undefined;
      });
    },

    hold() {
      underWay++;
      return leave;
    },

    get stopped() {
      return stopped;
    },

    settle(done) {
      patienceTimer ??= setTimeout(stop, patience).unref();
      // While the disk is slow, parts that are released right now still have their steps before them.
      if (underWay === 0 && fastInARow >= fastCalls) done();
      else settleCallbacks.push(done);
    },
  };
}

type Next<T> = IteratorResult<FileCall<unknown>, T>;
