import {
  asyncScheduler,
  concat,
  defer,
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
import type { Numbers } from '../numbers.js';
import type { NumberEngine } from './numberEngine.js';

/**
 * Numbers of an engine that may be down for a while. A request that fails is repeated with the same id once the engine
 * answers again, and so are those that come meanwhile, in the order in which they failed or came.
 *
 *     1: ask    --#          --1
 *     2: ask       held      --2      it comes while the engine is down
 *     ping        500ms --#
 *                       500ms --|
 *
 * One ping asks for all who wait, so a thousand transfers in flight do not wear the engine out.
 */
export const patientNumbers = (
  engine: NumberEngine,
  scheduler: SchedulerLike = asyncScheduler,
): Numbers => new PatientNumbers(engine, scheduler);

class PatientNumbers implements Numbers {
  problem: unknown;
  private readonly recovered$: Observable<unknown>;

  constructor(
    private readonly engine: NumberEngine,
    scheduler: SchedulerLike,
  ) {
    const ping$ = concat(
      defer(() => engine.ping()),
      of(undefined),
    );
    this.recovered$ = timer(PING_MS, scheduler).pipe(
      switchMap(() => ping$),
      tap({
        next: () => {
          this.problem = undefined;
        },
        error: (error: unknown) => {
          this.problem = error;
        },
      }),
      retry(),
      // Who fails again at once waits for the next ping.
      repeat(),
      share(),
    );
  }

  next(messageId: string): Observable<number> {
    const ask$ = defer(() => this.engine.ask(messageId)).pipe(
      tap({
        error: (error: unknown) => {
          this.problem = error;
        },
      }),
      retry({ delay: () => this.recovered$ }),
    );
    return defer(() =>
      this.problem === undefined
        ? ask$
        : this.recovered$.pipe(
            take(1),
            switchMap(() => ask$),
          ),
    );
  }
}

/** How often an engine that is down is asked whether it is back. */
const PING_MS = 500;
