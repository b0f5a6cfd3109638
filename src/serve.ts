import {
  concat,
  defer,
  EMPTY,
  isObservable,
  type Observable,
  of,
  switchMap,
  takeWhile,
} from 'rxjs';
import { addressFilter, type AddressFilterOptions } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { descriptor } from './node/handle.js';
import { handshake } from './node/handshake.js';
import { listen } from './node/listen.js';
import { nameFilter } from './node/nameFilter.js';
import { isNearLimit, openFilesLimit, roomForConnections } from './node/openFilesLimit.js';
import { TLS_READ } from './node/securing.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import type { ServerEvent, ServerFact } from './server/events.js';
import type { ConnectionLimits } from './server/gate.js';
import { type Limits, requireLimits } from './server/limits.js';
import { receiveAll } from './server/receiveAll.js';
import { type Phase, stopping } from './server/stopping.js';
import { stamped } from './stamp.js';
import { directoryStore, type DirectoryStoreOptions } from './store/directory/directoryStore.js';
import { makingDirectory } from './store/directory/owner/makingDirectory.js';
import type { Store } from './store/store.js';

/** Files go into a directory, or into a store of one's own. */
export type ServeOptions = ServeIntoDirectory | ServeIntoStore;

/** Files go into a directory. */
export interface ServeIntoDirectory extends ServingOptions, Omit<DirectoryStoreOptions, 'path'> {
  /** The directory of the files; its last level is made if it is missing. A Buffer names a path that is not UTF-8. */
  dir: string | Buffer;
  store?: undefined;
}

/** Files go into a store of one's own. */
export interface ServeIntoStore extends ServingOptions {
  /**
   * What keeps the files. An Observable, such as `directoryStore(…)`, is subscribed as long as the
   * server runs, so that it can hold what the store needs.
   */
  store: Store | Observable<Store>;
  dir?: undefined;
}

/** Where to listen, and what is too much. */
export interface ServingOptions extends Limits, ConnectionLimits, AddressFilterOptions {
  /** The port to listen on; 0 takes a free one, which the `listening` event tells. */
  port: number;
  /** Address to bind; every interface without one. */
  host?: string | undefined;
  /** Answers each file with the line `OK <id> <bytes> <sha256>` before the FIN. */
  receipt?: boolean | undefined;
  /** Computes the SHA-256 of each file for its event; `receipt` does so too. */
  sha256?: boolean | undefined;
  /** Connections are of TLS; with `ca`, clients need a certificate. */
  tls?: ServerTls | undefined;
  /**
   * Names of which the certificate of a client has to have one, as its common name or an alternative name;
   * takes `tls.ca`.
   */
  tlsAllow?: readonly string[] | undefined;
  /** Stops the server when it emits: the events end with `stopped`, and it completes. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may go on then; emitting again ends that. */
  drain?: number | undefined;
  /** Milliseconds between two `progress` events of a transfer; without it there are none. */
  progress?: number | undefined;
  /** Milliseconds that the store has for the last files and markers of a stop; 600 without it. */
  patience?: number | undefined;
}

/**
 * A TCP server that saves what each connection sends as `<dir>/<number>.file`, or in a store of one's own.
 *
 * Cold: subscribing starts it, unsubscribing stops it at once and releases everything; transfers in
 * flight then become `ERROR`.
 *
 *     serve({ port, dir })  --l---o-r--o--f--o-r---
 *
 * @throws DirectoryError, DirectoryInUseError, ListenError, OpenFilesError, TlsError; RangeError for a limit that is none;
 * TypeError for a network or a name that is none
 * @example
 * serve({ port: 5000, dir: 'inbox' }).subscribe((event) => console.log(event));
 * serve({ port: 5000, store: memoryStore() })
 */
export function serve(options: ServeOptions): Observable<ServerEvent> {
  const { stop$, drain, patience } = options;
  const serving = (store$: Observable<Store>, room: number) =>
    stopping({ stop$, drain, patience }, (phase$) =>
      store$.pipe(
        switchMap((store) => receiving(options, store, phase$, room)),
        takeWhile(({ type }) => type !== 'stopped', true),
        stamped<ServerEvent>(Date),
      ),
    );

  return defer(() => {
    requireLimits(options);
    const room = roomForConnections();
    if (options.store !== undefined) {
      return serving(isObservable(options.store) ? options.store : of(options.store), room);
    }
    const { dir, ...kept } = options;
    return makingDirectory(dir, () => serving(directoryStore({ ...kept, path: dir }), room));
  });
}

/** Listens, and receives what comes into the store. */
function receiving(
  options: ServingOptions,
  store: Store,
  phase$: Observable<Phase>,
  room: number,
): Observable<ServerFact> {
  const { port, host, receipt, tls, tlsAllow, idleTimeout, maxConnections = Infinity } = options;
  const admits = addressFilter(options);
  if (tlsAllow && tls?.ca === undefined) throw new TypeError('tlsAllow takes tls.ca, too');
  const limit = openFilesLimit();
  const secure = tls && handshake(tls);
  // Without an idle time, nothing else notices that a peer is gone.
  const keepAlive = idleTimeout === Infinity ? KEEP_ALIVE_MS : undefined;
  return listen({ port, host, readSize: tls && TLS_READ, keepAlive }).pipe(
    switchMap(({ address, connections$ }) =>
      concat(
        of<ServerFact>({ type: 'listening', address: address.address, port: address.port }),
        reduced(maxConnections, room),
        receiveAll({
          ...options,
          connections$,
          handshake: secure,
          store,
          phase$,
          turn$: afterNextPoll$,
          maxConnections: Math.min(maxConnections, room),
          admits,
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

/** Reports that fewer connections are let in than was asked for. */
const reduced = (asked: number, room: number): Observable<ServerFact> =>
  asked === Infinity || asked <= room
    ? EMPTY
    : of({ type: 'reduced', asked, maxConnections: room });

/** Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
