import {
  asyncScheduler,
  catchError,
  concat,
  connect,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  takeWhile,
  tap,
  type TimestampProvider,
} from 'rxjs';
import { errorData } from '../errorData.js';
import { elapsed } from '../elapsed.js';
import { ShutdownError } from '../errors.js';
import type { CommandResult } from '../node/command.js';
import { limitConcurrency } from '../operators/limitConcurrency.js';
import type { Unstamped } from '../stamp.js';
import type { Hook, Received, ServerFact } from './events.js';
import { STOPPED } from './receiveAll.js';

export interface ExecEachOptions {
  /** Runs the command of a file that was saved; emits how it ended, and completes once nothing of it is left. */
  run: (file: Unstamped<Received>) => Observable<CommandResult>;
  /** Commands at the same time. */
  concurrency: number;
  /** Commands that may wait; 10,000 by default. Further ones are not run, and reported. */
  maxWaiting?: number;
  /** Errors when the server ends: commands that wait are not run then. Those under way end by their own means. */
  abort$?: Observable<never>;
  /** Measures the milliseconds of the events. */
  clock?: TimestampProvider;
}

/**
 * Runs a command after each file that was saved, and reports each in an event of its own. `stopped` comes after
 * the last of them.
 *
 *     facts     --r---r----r-s|
 *     run         --x|
 *                     ---x|
 *                          -#
 *     result    --r-h-r--h-r-(hs|)
 */
export const execEach =
  (options: ExecEachOptions): MonoTypeOperatorFunction<ServerFact> =>
  (facts$) =>
    defer(() => {
      const execute = limitedRun(options);
      return facts$.pipe(
        takeWhile(({ type }) => type !== 'stopped'),
        connect((facts$) =>
          concat(
            merge(
              facts$,
              facts$.pipe(
                filter((fact) => fact.type === 'received'),
                mergeMap(execute),
              ),
            ),
            of(STOPPED),
          ),
        ),
      );
    });

/** Runs the command of a file when its turn comes, and emits how it ended. */
function limitedRun({
  run,
  concurrency,
  maxWaiting = 10_000,
  abort$,
  clock = asyncScheduler,
}: ExecEachOptions): (file: Unstamped<Received>) => Observable<Unstamped<Hook>> {
  const limited = limitConcurrency(concurrency);
  let waiting = 0;
  return (file) => {
    if (waiting >= maxWaiting) return of(hookEvent(file, { reason: 'QUEUE_FULL', ms: 0 }));
    waiting++;
    let since: number | undefined;
    let reported = false;
    const leaveQueue = () => {
      if (since === undefined) waiting--;
    };
    const ms = () => (since === undefined ? 0 : elapsed(clock, since));
    return defer(() => {
      leaveQueue();
      since = clock.now();
      return run(file);
    }).pipe(
      limited(abort$),
      map((result) => hookEvent(file, { ...result, ms: ms() })),
      tap(() => {
        reported = true;
      }),
      catchError((error: unknown) =>
        reported ? EMPTY : of(hookEvent(file, { ...reasonOf(error), ms: ms() })),
      ),
      finalize(leaveQueue),
    );
  };
}

const reasonOf = (error: unknown): Pick<Hook, 'reason' | 'error'> =>
  error instanceof ShutdownError
    ? { reason: 'SHUTDOWN' }
    : { reason: 'COMMAND', error: errorData(error) };

type Outcome = Partial<CommandResult> & Pick<Hook, 'reason' | 'error' | 'ms'>;

const hookEvent = (
  { connection, peer, client, id, file }: Unstamped<Received>,
  { status, signal, reason, error, ms, output }: Outcome,
): Unstamped<Hook> => ({
  type: 'hook',
  connection,
  peer,
  ...(client && { client }),
  hook: 'exec',
  id,
  file,
  ...(status !== undefined && { status }),
  ...(signal !== undefined && { signal }),
  ...(reason !== undefined && { reason }),
  ...(error !== undefined && { error }),
  ms,
  ...(output && { output }),
});
