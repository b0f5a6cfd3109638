import {
  asyncScheduler,
  concat,
  defer,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  repeat,
  retry,
  type SchedulerLike,
  share,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';

/**
 * Repeats the requests to an engine that is down for a while. A request that fails is made again once the engine
 * answers a ping, and so are those that come meanwhile, in the order in which they failed or came.
 *
 *     request 1    --#          --1
 *     request 2       held      --2      it comes while the engine is down
 *     ping           500ms --#
 *                          500ms --|
 *
 * One ping asks for all who wait, so a thousand requests do not wear the engine out.
 */
export class Patience {
  /**
   * Why the last request or ping failed; `undefined` once a request has succeeded. A ping that succeeds does not change
   * it: a server of NATS that has lost the others answers pings for some seconds, and stores nothing.
   */
  problem: unknown;
  private readonly recovered$: Observable<unknown>;

  /** @param ping$ completes if the engine answers, and errors if not */
  constructor(ping$: Observable<never>, scheduler: SchedulerLike = asyncScheduler) {
    this.recovered$ = timer(PING_MS, scheduler).pipe(
      switchMap(() => concat(ping$, of(undefined))),
      tap({ error: this.setProblem }),
      retry(),
      // Who fails again at once waits for the next ping.
      repeat(),
      share(),
    );
  }

  /** Repeats a request until it succeeds. */
  readonly repeated =
    <T>(): MonoTypeOperatorFunction<T> =>
    (request$) => {
      const again$ = request$.pipe(
        tap({
          next: () => {
            this.problem = undefined;
          },
          error: this.setProblem,
        }),
        retry({ delay: () => this.recovered$ }),
      );
      return defer(() =>
        this.problem === undefined
          ? again$
          : this.recovered$.pipe(
              take(1),
              switchMap(() => again$),
            ),
      );
    };

  private readonly setProblem = (error: unknown): void => {
    this.problem = error;
  };
}

/** How often an engine that is down is asked whether it is back. */
const PING_MS = 500;
