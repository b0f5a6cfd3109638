import type { AddressInfo } from 'node:net';
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
import type { CheckOptions, ExecOptions, Hooks } from './hooks.js';
import { addressFilter, type AddressFilterOptions } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import type { Accepted } from './node/connection.js';
import { handshake } from './node/handshake.js';
import { listen } from './node/listen.js';
import { nameFilter } from './node/nameFilter.js';
import { isNearLimit, openFilesLimit, roomForConnections } from './node/openFilesLimit.js';
import { keepAliveOf } from './node/keepAlive.js';
import { TLS_READ_BYTES } from './node/secure.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import type { ServerEvent, ServerFact } from './server/events.js';
import type { ArrivalOptions } from './server/arrivals.js';
import type { ConnectionLimits } from './server/gate.js';
import type { Lifetime } from './server/lifetime.js';
import { IDLE_TIMEOUT_MS, type Limits, requireLimits } from './server/limits.js';
import { admitAll, beginIn, type BeginWith } from './server/receiveAll.js';
import type { Guest, Sender } from './server/receive.js';
import { type Phase, stopping } from './server/stopping.js';
import { withEngine } from './server/engine.js';
import { withUsage } from './server/usage.js';
import { addStamp } from './stamp.js';
import { directoryStore, type DirectoryStoreOptions } from './store/directory/directoryStore.js';
import { makeDirectory } from './store/directory/owner/makeDirectory.js';
import type { Numbers } from './store/numbers.js';
import type { Store } from './store/store.js';

/** Files are saved in a directory, or in a store of your own. */
export type ServeOptions = ServeIntoDirectory | ServeIntoStore;

/** Files are saved in a directory. */
export interface ServeIntoDirectory
  extends ServingOptions, ExecOptions, Omit<DirectoryStoreOptions, 'path' | 'numbers'> {
  /** The directory of the files; its last level is made if it is missing. A Buffer is a path that is not UTF-8. */
  dir: string | Buffer;
  /**
   * The engine that numbers the files of several servers: `nats://host,host/stream` or `postgres://host/database`.
   * Numbers of your own are the option `numbers` of `directoryStore`.
   */
  ids?: string | undefined;
  /**
   * The number of processes that receive; `auto` is the number of processors that this process may use. With more
   * than one, this process accepts connections, and receives some small files itself; `ids` is not supported then. 1 by
   * default: this process receives, and starts no other.
   */
  workers?: number | 'auto' | undefined;
  store?: undefined;
}

/** Files are saved in a store of your own. */
export interface ServeIntoStore extends ServingOptions {
  /**
   * Saves the files. An Observable, such as `directoryStore(…)`, is subscribed as long as the server runs, so that
   * it can own the resources of the store.
   */
  store: Store | Observable<Store>;
  dir?: undefined;
  exec?: undefined;
  workers?: undefined;
}

/** The address, the limits and the stop of a server. */
export interface ServingOptions
  extends Limits, ConnectionLimits, AddressFilterOptions, Lifetime, CheckOptions {
  /**
   * The port to listen on; 0 selects a free one, which the `listening` event reports. `{ fd }` is a TCP socket that
   * this process has inherited, such as the one that systemd passes; `host` then has no effect.
   */
  port: number | { readonly fd: number };
  /** The address to bind; all interfaces by default. */
  host?: string | undefined;
  /** The name of this server among several, which all its events have as `instance`. */
  instance?: string | undefined;
  /** Sends the line `OK <id> <bytes> <sha256>` before the FIN. */
  receipt?: boolean | undefined;
  /** Computes the SHA-256 of each file for its event; `receipt` does so too. */
  sha256?: boolean | undefined;
  /** Connections use TLS; with `ca`, clients need a certificate. */
  tls?: ServerTls | undefined;
  /**
   * Admits only clients whose certificate has one of these names, as its common name or an alternative name.
   * Requires `tls.ca`.
   */
  tlsAllow?: readonly string[] | undefined;
  /**
   * Networks of proxies. Connections from them begin with a PROXY header, version 1 or 2, whose source address
   * becomes the peer. A connection from another address that begins with a header is refused.
   */
  proxyProtocol?: readonly string[] | undefined;
  /** Stops the server when it emits: the events end with `stopped`, and it completes. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may continue after `stop$`; a second value of `stop$` ends them. */
  drain?: number | undefined;
  /** Milliseconds between two `progress` events of a transfer, and between two looks for a `usage` event; none by default. */
  progress?: number | undefined;
  /** Milliseconds that the store has for the last files and `ERROR` markers of a stop; 600 by default. */
  patience?: number | undefined;
}

/**
 * A TCP server that saves the bytes of each connection as `<dir>/<number>.file`, or in a store of your own.
 *
 * Cold: subscribing starts it; unsubscribing stops it at once and releases everything. Files of transfers in flight
 * then become `ERROR`.
 *
 *     serve({ port, dir })  --l---o-r--o--f--o-r---
 *
 * @throws DirectoryError, DirectoryInUseError, EngineError, ListenError, OpenFilesError, TlsError; RangeError for an invalid limit,
 * TypeError for an invalid network or name
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

/** How connections are accepted and received: by this process, or by workers. */
export interface Receiving<S extends T, T extends Guest> extends Pick<
  ArrivalOptions<S, T>,
  'handshake' | 'isProxy' | 'proxyHeaders'
> {
  readonly listener$: Observable<{
    readonly address: AddressInfo;
    readonly connections$: Observable<S>;
  }>;
  readonly begin: BeginWith<T>;
  readonly descriptorOf: (sender: S) => number | undefined;
  /** How many connections the open-files limit allows; that of this process if it receives. */
  readonly room: number;
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

/** This process receives, into a store. */
function receivingHere(
  options: ServingOptions,
  store: Store,
  room: number,
): Observable<Receiving<Accepted, Sender>> {
  const { port, host, receipt, tls, proxyProtocol, idleTimeout } = options;
  const keepAlive = keepAliveOf(options);
  const receiving = {
    listener$: listen({ port, host, readSize: tls && TLS_READ_BYTES, keepAlive }),
    handshake: tls && handshake(tls),
    begin: beginIn(store, {
      ...options,
      digest: receipt || options.sha256 ? sha256 : undefined,
      lookAgain$: afterPoll$,
      clock: performance,
    }),
    descriptorOf: ({ descriptor }: Accepted) => descriptor,
    room,
  };
  return loadProxyHeaders(proxyProtocol, idleTimeout).pipe(
    map((proxyHeaders) => ({ ...receiving, ...proxyHeaders })),
  );
}

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

/** How connections from proxies begin; without any, nothing is loaded. */
const loadProxyHeaders = (
  networks: readonly string[] = [],
  idleTimeout = IDLE_TIMEOUT_MS,
): Observable<Pick<ArrivalOptions<Accepted, Sender>, 'isProxy' | 'proxyHeaders'>> =>
  networks.length === 0
    ? of({})
    : from(import('./node/proxyProtocol.js')).pipe(
        map(({ proxyProtocol }) => ({
          isProxy: addressFilter({ allow: networks }),
          proxyHeaders: proxyProtocol(idleTimeout, { lookAgain$: afterPoll$ }),
        })),
      );

/** Reports that fewer connections are admitted than the options ask for. */
const reportReduced = (asked: number, room: number): Observable<ServerFact> =>
  asked === Infinity || asked <= room
    ? EMPTY
    : of({ type: 'reduced', asked, maxConnections: room });
