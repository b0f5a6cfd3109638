import type { AddressInfo } from 'node:net';
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
import { accessControl } from './access.js';
import { type Disk, checkDisk } from './checkDisk.js';
import { DeferredTally } from './deferredTally.js';
import { exposition } from './exposition.js';
import type { ConfiguredLimits } from './limitStates.js';
import { loopDelay$ } from './loopDelay.js';
import { metricsOf } from './metrics.js';
import { readPage } from './pageFile.js';
import { notReady } from './readiness.js';
import { site } from './site.js';
import { type Facts, type Measured, stateOf } from './stateOf.js';
import { sampleState } from './sampleState.js';

/** The address of the pages, and what they show in addition to the events. */
export interface AdminOptions {
  port: number;
  /** The address to bind; by default 127.0.0.1, so that only this machine can connect. */
  host?: string | undefined;
  /** The secret that a request needs; by default none. */
  token?: string | undefined;
  /** The options of `serve`: its limits, and the directory whose disk is checked. */
  serving: ConfiguredLimits & {
    dir?: Path | undefined;
    minFree?: number | undefined;
    instance?: string | undefined;
  };
  /** The stop of the server, which is not ready from then on. */
  stop$?: Observable<unknown>;
  /** The version of rxdrop. */
  version: string;
  /** The HTML at `/`; by default the page of this package. */
  page?: string;
  whyFailed: Facts['whyFailed'];
  whyRefused: Facts['whyRefused'];
  whyDown: Facts['whyDown'];
}

/** The pages, once their port listens. */
export interface AdminPages {
  readonly address: AddressInfo;
  /** Shows the events of a server, and completes with them. */
  readonly show: (events$: Observable<ServerEvent>) => Observable<never>;
}

/**
 * Listens on the admin port, and emits pages that show the events of a server there. It listens before the server
 * does, so a port that is in use fails the start. It completes 50 ms after the server has stopped, at the latest, so
 * that readers get the last state.
 *
 *     admin({ port })    ---P------------------|
 *     P.show(events$)       ------------------|
 *     events$               -l-o-r--o--f----(s|)
 *
 * @throws ListenError if the port is in use or forbidden
 */
export const admin = (options: AdminOptions): Observable<AdminPages> =>
  listenHttp({
    port: options.port,
    host: options.host ?? '127.0.0.1',
    maxConnections: MAX_CONNECTIONS,
  }).pipe(
    map((listener) => ({
      address: listener.address,
      show: (events$) => show(events$, listener, options),
    })),
  );

/** A limit, so that the admin port cannot use up the descriptors of the server. */
const MAX_CONNECTIONS = 64;

const show = (
  events$: Observable<ServerEvent>,
  { requests$, close }: HttpListener,
  { token, serving, stop$ = NEVER, page = readPage(), ...texts }: AdminOptions,
): Observable<never> =>
  defer(() => {
    const tally = new DeferredTally(performance);
    const labels = serving.instance === undefined ? {} : { instance: serving.instance };
    const facts: Facts = {
      ...texts,
      dir: serving.dir,
      limits: { ...serving, maxConnections: serving.maxConnections ?? roomForConnections() },
    };
    const disk$: Observable<Disk | undefined> =
      serving.dir === undefined ? of(undefined) : checkDisk(serving.dir, serving.minFree);
    let measured: Measured = {};
    const measured$ = merge(
      timer(0, DISK_LOOK_MS).pipe(
        exhaustMap(() => disk$),
        map((disk): Measured => ({ disk })),
      ),
      loopDelay$.pipe(map((loop): Measured => ({ loop }))),
    ).pipe(tap((newer) => (measured = { ...measured, ...newer })));

    return events$.pipe(
      tap((event) => {
        tally.add(event);
      }),
      ignoreElements(),
      connect((end$) => {
        const over$ = end$.pipe(
          endWith(undefined),
          share({ connector: () => new ReplaySubject(1), resetOnComplete: false }),
        );
        const now = () => performance.now();
        const answer = site({
          access: accessControl(token),
          page,
          metrics$: disk$.pipe(
            map((disk) =>
              exposition(metricsOf(tally.read(), facts, { ...measured, disk }, now()), labels),
            ),
          ),
          notReady$: disk$.pipe(map((disk) => notReady(tally.read(), facts.limits, disk))),
          state$: sampleState(
            () => stateOf(tally.read(), facts, measured, { at: asyncScheduler.now(), now: now() }),
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
            tap(() => (tally.read().draining = true)),
            takeUntil(over$),
          ),
        );
      }),
      ignoreElements(),
      finalize(close),
    );
  });

const DISK_LOOK_MS = 5_000;
const LAST_STATE_MS = 50;
