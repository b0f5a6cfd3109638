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
import { descriptor } from './node/handle.js';
import { handshake } from './node/handshake.js';
import { listen } from './node/listen.js';
import { nameFilter } from './node/nameFilter.js';
import { isNearLimit, openFilesLimit, roomForConnections } from './node/openFilesLimit.js';
import { TLS_READ_BYTES } from './node/secure.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import type { ServerEvent, ServerFact } from './server/events.js';
import type { ArrivalOptions } from './server/arrivals.js';
import type { ConnectionLimits } from './server/gate.js';
import type { Lifetime } from './server/lifetime.js';
import { IDLE_TIMEOUT_MS, type Limits, requireLimits } from './server/limits.js';
import { receiveAll } from './server/receiveAll.js';
import type { Sender } from './server/receive.js';
import { type Phase, stopping } from './server/stopping.js';
import { addStamp } from './stamp.js';
import { directoryStore, type DirectoryStoreOptions } from './store/directory/directoryStore.js';
import { makeDirectory } from './store/directory/owner/makeDirectory.js';
import type { Store } from './store/store.js';

/** Files are saved in a directory, or in a store of your own. */
export type ServeOptions = ServeIntoDirectory | ServeIntoStore;

/** Files are saved in a directory. */
export interface ServeIntoDirectory
  extends ServingOptions, ExecOptions, Omit<DirectoryStoreOptions, 'path'> {
  /** The directory of the files; its last level is made if it is missing. A Buffer is a path that is not UTF-8. */
  dir: string | Buffer;
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
   * becomes the peer. A connection from elsewhere that begins with one is refused.
   */
  proxyProtocol?: readonly string[] | undefined;
  /** Stops the server when it emits: the events end with `stopped`, and it completes. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may continue after `stop$`; a second value of `stop$` ends them. */
  drain?: number | undefined;
  /** Milliseconds between two `progress` events of a transfer; none by default. */
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
 * @throws DirectoryError, DirectoryInUseError, ListenError, OpenFilesError, TlsError; RangeError for an invalid limit,
 * TypeError for an invalid network or name
 * @example
 * serve({ port: 5000, dir: 'inbox' }).subscribe((event) => console.log(event));
 * serve({ port: 5000, store: memoryStore() })
 */
export function serve(options: ServeOptions): Observable<ServerEvent> {
  const { stop$, drain, patience } = options;
  const receiveInto = (store$: Observable<Store>, room: number) =>
    stopping({ stop$, drain, patience }, (phase$) =>
      loadHooks(options, phase$).pipe(
        switchMap(({ check, exec }) =>
          store$.pipe(
            // The store stays locked until the last command has ended.
            switchMap((store) => listenAndReceive(options, check(store), phase$, room).pipe(exec)),
          ),
        ),
        takeWhile(({ type }) => type !== 'stopped', true),
        addStamp<ServerEvent>(Date),
      ),
    );

  return defer(() => {
    requireLimits(options);
    const room = roomForConnections();
    if (options.store !== undefined) {
      return receiveInto(isObservable(options.store) ? options.store : of(options.store), room);
    }
    const { dir, ...kept } = options;
    return makeDirectory(dir, () => receiveInto(directoryStore({ ...kept, path: dir }), room));
  });
}

/** The commands that the options ask for; without any, nothing is loaded. */
const loadHooks = (options: ServeOptions, phase$: Observable<Phase>): Observable<Hooks> =>
  options.check === undefined && options.exec === undefined
    ? of({ check: identity, exec: identity })
    : from(import('./hooks.js')).pipe(map(({ hooks }) => hooks(options, phase$)));

/** Listens, and receives all connections into the store. */
function listenAndReceive(
  options: ServingOptions,
  store: Store,
  phase$: Observable<Phase>,
  room: number,
): Observable<ServerFact> {
  const { port, host, receipt, tls, tlsAllow, proxyProtocol } = options;
  const { idleTimeout, maxConnections = Infinity } = options;
  const admits = addressFilter(options);
  if (tlsAllow && tls?.ca === undefined) throw new TypeError('tlsAllow requires tls.ca');
  const limit = openFilesLimit();
  const secure = tls && handshake(tls);
  // Without an idle timeout, only TCP keep-alive detects that a peer has disappeared.
  const keepAlive = idleTimeout === Infinity ? KEEP_ALIVE_MS : undefined;
  const listener$ = listen({ port, host, readSize: tls && TLS_READ_BYTES, keepAlive });
  return loadProxyHeaders(proxyProtocol, idleTimeout).pipe(
    switchMap((proxyHeaders) => listener$.pipe(map((listener) => ({ ...listener, proxyHeaders })))),
    switchMap(({ address, connections$, proxyHeaders }) =>
      concat(
        of<ServerFact>({ type: 'listening', address: address.address, port: address.port }),
        reportReduced(maxConnections, room),
        receiveAll({
          ...options,
          connections$,
          handshake: secure,
          store,
          phase$,
          afterPoll$: afterNextPoll$,
          maxConnections: Math.min(maxConnections, room),
          admits,
          ...proxyHeaders,
          admitsClient: nameFilter(tlsAllow),
          outOfFiles: ({ incoming }) => isNearLimit(descriptor(incoming.socket), limit),
          digest: receipt || options.sha256 ? sha256 : undefined,
          lookAgain$: afterPoll$,
          clock: performance,
        }),
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

const KEEP_ALIVE_MS = 10_000;
