import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  finalize,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  repeat,
  scan,
  switchMap,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { WorkerError } from '../../errors.js';
import type { WorkerProcess } from '../../node/workerProcess.js';
import { clockOf } from '../../operators/clockOf.js';
import { idleTimeout, type IdleTimeoutOptions } from '../../operators/index.js';
import type { Unstamped } from '../../stamp.js';
import type { WorkerEnded } from '../events.js';
import type { Answer, Beat, ToWorker } from './protocol.js';

export type Worker = WorkerProcess<ToWorker, Answer>;

/** A worker and its load. */
export class Member {
  /** Connections that it has. */
  connections = 0;
  /** Bytes of the files that it received at its last beat. */
  bytes = 0;
  /** It was sent the end, and has given no sign of life since. */
  owesBeat = false;
  /** It gave no sign of life, so it is killed. */
  isSilent = false;

  constructor(readonly worker: Worker) {}

  /** How many connections its open-files limit allows. */
  get room(): number {
    return (this.worker.ready as Beat).room;
  }
}

export interface PoolOptions extends IdleTimeoutOptions {
  /** How many workers there are. */
  readonly size: number;
  /** Starts a worker: emits it once it is ready, and errors with a WorkerError when it has ended. */
  readonly start$: Observable<Worker>;
}

/** The workers that are ready, and the one that has just ended. */
export interface PoolState {
  readonly members: readonly Member[];
  readonly ended?: Unstamped<WorkerEnded> | undefined;
}

/**
 * Runs workers, and replaces those that end. One that is silent for ten seconds is killed.
 *
 *     first worker   --W-----#  500 ms  --V---
 *     second worker  -X-----------------------
 *     members        -XY-----X            Z        Y: X and W; Z: X and V
 *
 * @throws WorkerError if a worker cannot be started, and none in its place could before
 */
export function pool({ size, start$, ...options }: PoolOptions): Observable<PoolState> {
  const places = Array.from({ length: size }, () => place(start$, options));
  return merge(...places).pipe(scan(follow, EMPTY_POOL));
}

type Change =
  | { readonly joined: Member; readonly left?: undefined }
  | { readonly joined?: undefined; readonly left: Member | undefined; readonly error: unknown };

const EMPTY_POOL: PoolState = { members: [] };

const follow = ({ members }: PoolState, change: Change): PoolState =>
  change.joined
    ? { members: [...members, change.joined] }
    : {
        members: members.filter((member) => member !== change.left),
        ended: describeEnd(change.left, change.error),
      };

/** One worker after the other. */
const place = (start$: Observable<Worker>, options: IdleTimeoutOptions): Observable<Change> =>
  defer(() => {
    let hasJoined = false;
    const life$ = defer(() => {
      let member: Member | undefined;
      return start$.pipe(
        map((worker) => new Member(worker)),
        switchMap((joined) => {
          [member, hasJoined] = [joined, true];
          return concat(of<Change>({ joined }), watch(joined, options));
        }),
        catchError((error: unknown) =>
          hasJoined ? of<Change>({ left: member, error }) : throwError(() => error),
        ),
      );
    });
    return life$.pipe(repeat({ delay: () => timer(REPLACE_MS, options.scheduler) }));
  });

/**
 * Follows the load of a worker, and kills it if it is silent. When the pool ends, it has to finish its files, but one
 * that hangs does not notice that, and would outlive the server.
 */
const watch = (member: Member, options: IdleTimeoutOptions): Observable<never> =>
  defer(() => {
    const { worker } = member;
    const clock = clockOf(options.scheduler ?? asyncScheduler);
    let lastBeatAt = clock.now();
    return merge(worker.reports$, NEVER).pipe(
      tap((report) => {
        ({ bytes: member.bytes } = report as Beat);
        member.owesBeat = false;
        lastBeatAt = clock.now();
      }),
      idleTimeout(SILENT_MS, options),
      ignoreElements(),
      catchError(() => {
        member.isSilent = true;
        worker.kill();
        return NEVER;
      }),
      finalize(() => {
        if (member.connections === 0 || clock.now() - lastBeatAt > LATE_MS) worker.kill();
      }),
    );
  });

/** @param member undefined if it has ended before it was ready */
function describeEnd(member: Member | undefined, error: unknown): Unstamped<WorkerEnded> {
  const { pid, status, signal } = error instanceof WorkerError ? error : NOT_KNOWN;
  return {
    type: 'worker',
    pid,
    ...(status !== undefined && { status }),
    ...(signal !== undefined && { signal }),
    ...(member?.isSilent && { silentMs: SILENT_MS }),
    transfers: member?.connections ?? 0,
  };
}

const NOT_KNOWN = { pid: 0, status: undefined, signal: undefined };

/** The one with the fewest connections; of several, the one with the fewest bytes in flight. */
export const leastLoaded = (members: readonly Member[]): Member | undefined =>
  members.reduce<Member | undefined>(
    (least, member) => (member.isSilent || (least && !isLess(member, least)) ? least : member),
    undefined,
  );

const isLess = (one: Member, other: Member): boolean =>
  one.connections === other.connections
    ? one.bytes < other.bytes
    : one.connections < other.connections;

/** A worker that cannot live keeps a processor busy if it is replaced at once. */
const REPLACE_MS = 500;
/** A disk that hangs may silence a worker, too. */
const SILENT_MS = 10_000;
/** A worker gives a sign of life every second, on a busy machine a little later. */
const LATE_MS = 5_000;
