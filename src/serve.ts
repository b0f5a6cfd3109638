import {
  concat,
  defer,
  EMPTY,
  from,
  identity,
  isObservable,
  map,
  type Observable,
  of,
  switchMap,
  takeWhile,
} from 'rxjs';
import type { Hooks } from './hooks.js';
import { addressFilter } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { nameFilter } from './node/nameFilter.js';
import { isNearLimit, openFilesLimit, roomForConnections } from './node/openFilesLimit.js';
import { type Receiving, receivingHere } from './receiving.js';
import type { ServeOptions, ServingOptions } from './serveOptions.js';
import { withEngine } from './server/engine.js';
import type { ServerEvent, ServerFact } from './server/events.js';
import { requireLimits } from './server/limits.js';
import type { Guest } from './server/receive.js';
import { admitAll } from './server/receiveAll.js';
import { type Phase, stopping } from './server/stopping.js';
import { withUsage } from './server/usage.js';
import { addStamp } from './stamp.js';
import { directoryStore } from './store/directory/directoryStore.js';
import { makeDirectory } from './store/directory/owner/makeDirectory.js';
import type { Numbers } from './store/numbers.js';
import type { Store } from './store/store.js';

/**
 * A TCP server that saves the bytes of each connection as `<dir>/<number>.file`, or in a store of your own.
 *
 * Cold: subscribing starts it; unsubscribing stops it at once and releases everything. Files of transfers in flight
 * then become `ERROR`.
 *
 *     serve({ port, dir })  --l---o-r--o--f--o-r---
 *
 * @throws DirectoryError, DirectoryInUseError, EngineError, ListenError, OpenFilesError, TlsError; RangeError for an
 * invalid limit, TypeError for an invalid network or name
 * @example
 * serve({ port: 5000, dir: 'inbox' }).subscribe((event) => console.log(event));
 * serve({ port: 5000, store: memoryStore() })
 */
export function serve(options: ServeOptions): Observable<ServerEvent> {
  const { stop$, drain, patience } = options;
  const program = (receive: (hooks: Hooks, phase$: Observable<Phase>) => Observable<ServerFact>) =>
    stopping({ stop$, drain, patience }, (phase$) =>
      loadHooks(options, phase$).pipe(
        switchMap((hooks) => receive(hooks, phase$)),
        takeWhile(({ type }) => type !== 'stopped', true),
        addStamp<ServerEvent>(Date, options.instance),
      ),
    );
  const receiveInto = (store$: Observable<Store>, room: number) =>
    program(({ check, exec }, phase$) =>
      store$.pipe(
        // The store stays locked until the last command has ended.
        switchMap((store) =>
          listenAndReceive(options, receivingHere(options, check(store), room), phase$).pipe(
            withUsage(store, options.progress),
            withEngine(store),
            exec,
          ),
        ),
      ),
    );

  return defer(() => {
    requireLimits(options);
    const room = roomForConnections();
    if (options.store !== undefined) {
      return receiveInto(isObservable(options.store) ? options.store : of(options.store), room);
    }
    const { dir, ids, workers = 1, ...kept } = options;
    const store$ = loadNumbers(ids).pipe(
      switchMap((numbers) => directoryStore({ ...kept, numbers, path: dir })),
    );
    return makeDirectory(dir, () =>
      workers === 1
        ? receiveInto(store$, room)
        : program(({ verdict, exec }, phase$) =>
            from(import('./workers.js')).pipe(
              switchMap(({ receiveByWorkers }) =>
                receiveByWorkers({ ...options, verdict }, phase$, (receiving) =>
                  listenAndReceive(options, receiving, phase$).pipe(exec),
                ),
              ),
            ),
          ),
    );
  });
}

/** The commands that the options ask for; without any, nothing is loaded. */
const loadHooks = (options: ServeOptions, phase$: Observable<Phase>): Observable<Hooks> =>
  options.check === undefined && options.exec === undefined
    ? of({ check: identity, exec: identity })
    : from(import('./hooks.js')).pipe(map(({ hooks }) => hooks(options, phase$)));

/** The numbers of an engine; without any, nothing is loaded. */
const loadNumbers = (url: string | undefined): Observable<Numbers | undefined> =>
  url === undefined
    ? of(undefined)
    : from(import('./store/ids/numbersOf.js')).pipe(switchMap(({ numbersOf }) => numbersOf(url)));

/** Listens, and admits all connections. */
function listenAndReceive<S extends T, T extends Guest>(
  options: ServingOptions,
  receiving$: Observable<Receiving<S, T>>,
  phase$: Observable<Phase>,
): Observable<ServerFact> {
  const { tls, tlsAllow, maxConnections = Infinity } = options;
  const admits = addressFilter(options);
  if (tlsAllow && tls?.ca === undefined) throw new TypeError('tlsAllow requires tls.ca');
  const limit = openFilesLimit();
  return receiving$.pipe(
    switchMap(({ listener$, begin, descriptorOf, room, ...receiving }) =>
      listener$.pipe(
        switchMap(({ address, connections$ }) =>
          concat(
            of<ServerFact>({ type: 'listening', address: address.address, port: address.port }),
            reportReduced(maxConnections, room),
            admitAll(
              {
                ...options,
                connections$,
                phase$,
                afterPoll$: afterNextPoll$,
                maxConnections: Math.min(maxConnections, room),
                admits,
                ...receiving,
                admitsClient: nameFilter(tlsAllow),
                outOfFiles: (sender: S) => isNearLimit(descriptorOf(sender), limit),
                lookAgain$: afterPoll$,
                clock: performance,
              },
              begin,
            ),
          ),
        ),
      ),
    ),
  );
}

/** Reports that fewer connections are admitted than the options ask for. */
const reportReduced = (asked: number, room: number): Observable<ServerFact> =>
  asked === Infinity || asked <= room
    ? EMPTY
    : of({ type: 'reduced', asked, maxConnections: room });
