import { identity, Observable, switchMap, take, timer, type TimestampProvider } from 'rxjs';
import { RxdropError, StoreError } from '../../../errors.js';
import { afterPoll$ } from '../../../node/afterPoll.js';
import { Slices } from './slices.js';
import type { FileCall, Steps } from './steps.js';

/** Runs file calls: synchronously while they are quick, in the thread pool while they are not. */
export interface Disk {
  /** Whether a call would be made in the thread pool now. */
  readonly slow: boolean;
  /** Runs steps now, whatever the pace. */
  now<T>(steps: Steps<T>): T;
  /** Runs steps at the pace of the disk, each step at the pace known by then, and completes. */
  run(steps: () => Steps<void>): Observable<never>;
  /** Whether it was stopped. */
  readonly stopped: boolean;
  /**
   * The store is given up: calls `then` once no steps are under way, and after `patience` all the same. Steps
   * that go on by then fail at the next call that they have not begun, and make none but those that undo.
   */
  readonly settle: (then: () => void) => void;
}

export interface DiskOptions {
  /** A synchronous call of this many milliseconds or more says that the disk is slow; fewer are a busy processor. */
  slowFrom?: number;
  /** This many calls in a row under `slowFrom` say that it is quick again. */
  quickAfter?: number;
  /** Calls in the thread pool at once. */
  atOnce?: number;
  /** Milliseconds that `settle` waits. */
  patience?: number;
  /**
   * Emits once a call in the thread pool, begun when this is subscribed, has taken too long: after `slowFrom`,
   * and a look at what the event loop has not delivered by then. The loop itself may have been late.
   */
  overdue$?: Observable<unknown>;
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
  atOnce = 4,
  patience = 600,
  overdue$ = timer(slowFrom).pipe(switchMap(() => afterPoll$)),
  clock = performance,
}: DiskOptions = {}): Disk {
  let quickCalls = quickAfter;
  const note = (quick: boolean) => {
    quickCalls = quick ? quickCalls + 1 : 0;
  };
  const slices = new Slices();

  let underway = 0;
  const waiting: (() => void)[] = [];

  let stopped = false;
  /** Steps that wait for a call. */
  let procedures = 0;
  const whenSettled: (() => void)[] = [];
  let late: NodeJS.Timeout | undefined;
  const settled = () => {
    for (const then of whenSettled.splice(0)) then();
  };
  const leave = () => {
    if (--procedures === 0) settled();
  };
  const stop = () => {
    stopped = true;
    settled();
  };

  /** Has calls in the thread pool wait here for their turn: what waits there is made even by a process that leaves. */
  const inTurn = (make: (done: () => void) => void) => {
    const start = () => {
      underway++;
      make(() => {
        underway--;
        waiting.shift()?.();
      });
    };
    if (underway < atOnce) start();
    else waiting.push(start);
  };

  /** Begins steps once it is their turn, which they wait for like those that wait for a call. */
  const inItsSlice = (begin: () => void): (() => void) => {
    let waits = true;
    procedures++;
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

  /** Makes the call now, and tells what it leads to. */
  const callNow = <T>(call: FileCall<unknown>, steps: Steps<T>): Turn<T> => {
    const since = clock.now();
    const noteTime = () => {
      const ms = clock.now() - since;
      slices.spend(ms);
      note(ms < slowFrom);
    };
    let value: unknown;
    try {
      value = call.now();
    } catch (error) {
      noteTime();
      return steps.throw(error);
    }
    noteTime();
    return steps.next(value);
  };

  return {
    get slow() {
      return quickCalls < quickAfter;
    },

    now(steps) {
      try {
        let turn = steps.next();
        while (!turn.done) turn = callNow(turn.value, steps);
        return turn.value;
      } catch (cause) {
        throw asOurs(cause);
      }
    },

    run(procedure) {
      return new Observable((subscriber) => {
        const steps = procedure();
        let undoing = false;
        /** The next turn, which is not taken as it was meant if the disk was stopped by then. */
        const orUndo = (turn: Turn<void>): Turn<void> => {
          if (turn.done || !stopped || undoing) return turn;
          undoing = true;
          return steps.throw(new StoppedError());
        };
        const advance = (resume: () => Turn<void>) => {
          try {
            let turn = orUndo(resume());
            while (!turn.done && quickCalls >= quickAfter)
              turn = orUndo(callNow(turn.value, steps));
            if (!turn.done) callLater(turn.value);
            else subscriber.complete();
          } catch (cause) {
            subscriber.error(asOurs(cause));
          }
        };
        const callLater = (call: FileCall<unknown>) => {
          procedures++;
          const resumed = (resume: () => Turn<void>) => {
            advance(resume);
            leave();
          };
          inTurn((done) => {
            if (stopped && !undoing) {
              undoing = true;
              done();
              resumed(() => steps.throw(new StoppedError()));
              return;
            }
            const waiting = overdue$.pipe(take(1)).subscribe({
              next: () => {
                note(false);
              },
              error: identity,
            });
            call.later((error, value) => {
              note(!waiting.closed);
              waiting.unsubscribe();
              done();
              resumed(() => (error ? steps.throw(error) : steps.next(value)));
            });
          });
        };
        const begin = () => {
          advance(() => steps.next());
        };
        if (!late && quickCalls >= quickAfter) return inItsSlice(begin);
        begin();
        return undefined;
      });
    },

    get stopped() {
      return stopped;
    },

    settle(then) {
      late ??= setTimeout(stop, patience).unref();
      // While it is slow, what is given up at this moment has its steps still before it.
      if (procedures === 0 && quickCalls >= quickAfter) then();
      else whenSettled.push(then);
    },
  };
}

/** Why a call is not made. */
class StoppedError extends Error {
  override readonly message = 'the server has stopped';
}

/** What the system says becomes a StoreError. */
const asOurs = (cause: unknown): RxdropError =>
  cause instanceof RxdropError ? cause : new StoreError({ cause });

type Turn<T> = IteratorResult<FileCall<unknown>, T>;
