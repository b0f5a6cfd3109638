import {
  asyncScheduler,
  connect,
  defer,
  endWith,
  exhaustMap,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { type HttpListener, listenHttp } from '../node/listenHttp.js';
import { roomForConnections } from '../node/openFilesLimit.js';
import type { Path } from '../node/pathText.js';
import type { ServerEvent } from '../server/events.js';
import { accessBy } from './access.js';
import { type Disk, diskOf } from './disk.js';
import { exposition } from './exposition.js';
import type { ConfiguredLimits } from './limits.js';
import { loopDelay$ } from './loopDelay.js';
import { metricsOf } from './metrics.js';
import { readPage } from './pageFile.js';
import { notReady } from './readiness.js';
import { site } from './site.js';
import { type Facts, type Measured, stateOf } from './stateOf.js';
import { states } from './states.js';
import { Tally } from './tally.js';

/** Where the pages are, and what they show beside the events. */
export interface AdminOptions {
  port: number;
  /** Address to bind; without it, this machine alone can connect. */
  host?: string | undefined;
  /** What a request has to show; without it, everybody who can connect sees the pages. */
  token?: string | undefined;
  /** What `serve` is given: its limits, and the directory whose disk is looked at. */
  serving: ConfiguredLimits & { dir?: Path | undefined; minFree?: number | undefined };
  /** Stops the server: it is not ready from then on. */
  stop$?: Observable<unknown>;
  version: string;
  /** The HTML at `/`; without it, the page of this package. */
  page?: string;
  whyFailed: Facts['whyFailed'];
  whyRefused: Facts['whyRefused'];
}

/** Shows the events of a server, and completes with them. */
export type Show = (events$: Observable<ServerEvent>) => Observable<never>;

/**
 * Listens on the admin port, and emits what shows the events of a server there: it listens before the server does, so
 * that a port in use fails the start. It completes once the server has stopped and all who watch have the last state,
 * for which it waits 50 ms.
 *
 *     admin({ port })    ---S------------------|
 *     S(events$)            ------------------|
 *     events$               -l-o-r--o--f----(s|)
 *
 * @throws ListenError if the port is in use or forbidden
 */
export const admin = (options: AdminOptions): Observable<Show> =>
  listenHttp({
    port: options.port,
    host: options.host ?? '127.0.0.1',
    maxConnections: CONNECTIONS,
  }).pipe(map((listener) => (events$) => show(events$, listener, options)));

/** Pages that stay open, and those who ask for metrics: nobody can use up the descriptors of the server. */
const CONNECTIONS = 64;

const show = (
  events$: Observable<ServerEvent>,
  { requests$, close }: HttpListener,
  { token, serving, stop$ = NEVER, page = readPage(), ...texts }: AdminOptions,
): Observable<never> =>
  defer(() => {
    const tally = new Tally(performance);
    const facts: Facts = {
      ...texts,
      dir: serving.dir,
      limits: { ...serving, maxConnections: serving.maxConnections ?? roomForConnections() },
    };
    const disk$: Observable<Disk | undefined> =
      serving.dir === undefined ? of(undefined) : diskOf(serving.dir, serving.minFree);
    let measured: Measured = {};
    const measured$ = merge(
      timer(0, DISK_MS).pipe(
        exhaustMap(() => disk$),
        map((disk): Measured => ({ disk })),
      ),
      loopDelay$.pipe(map((loop): Measured => ({ loop }))),
    ).pipe(tap((newer) => (measured = { ...measured, ...newer })));

    return events$.pipe(
      tap((event) => {
        tally.count(event);
      }),
      connect((events$) => {
        const over$ = events$.pipe(
          ignoreElements(),
          endWith(undefined),
          share({ connector: () => new ReplaySubject(1), resetOnComplete: false }),
        );
        const now = () => performance.now();
        const answer = site({
          access: accessBy(token),
          page,
          metrics$: disk$.pipe(
            map((disk) => exposition(metricsOf(tally, facts, { ...measured, disk }, now()))),
          ),
          notReady$: disk$.pipe(map((disk) => notReady(tally, facts.limits, disk))),
          state$: states(
            () => stateOf(tally, facts, measured, { at: asyncScheduler.now(), now: now() }),
            over$,
          ),
        });
        const late$ = over$.pipe(switchMap(() => timer(LAST_STATE_MS)));
        const exchange$ = requests$.pipe(takeUntil(over$));
        return merge(
          over$,
          exchange$.pipe(mergeMap(answer), takeUntil(late$)),
          measured$.pipe(takeUntil(over$)),
          stop$.pipe(
            tap(() => (tally.draining = true)),
            takeUntil(over$),
          ),
        );
      }),
      ignoreElements(),
      finalize(close),
    );
  });

const DISK_MS = 5_000;
const LAST_STATE_MS = 50;
