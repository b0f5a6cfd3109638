import {
  concat,
  connect,
  isObservable,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  switchMap,
  takeWhile,
} from 'rxjs';
import { addressFilter } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { handshake } from './node/handshake.js';
import { listen } from './node/listen.js';
import { openFilesLimit } from './node/openFilesLimit.js';
import { TLS_READ } from './node/securing.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import { collect } from './server/collect.js';
import type { ServerEvent } from './server/events.js';
import { directoryStore } from './store/directory/directoryStore.js';
import { makingDirectory } from './store/directory/owner/makingDirectory.js';
import type { Store } from './store/store.js';

/** Files go into a directory, or into a store of one's own. */
export type ServeOptions = ServeIntoDirectory | ServeIntoStore;

/** Files go into a directory. */
export interface ServeIntoDirectory extends ServingOptions {
  /** The directory of the files; its last level is made if it is missing. A Buffer names a path that is not UTF-8. */
  dir: string | Buffer;
  /** Permissions of the saved files, whatever the umask. */
  mode?: number | undefined;
  /** Publish only what would survive a power cut. */
  fsync?: boolean | undefined;
  /** Bytes of the disk that no file takes; 64 MiB without it, or 5 % of a small disk. */
  minFree?: number | undefined;
  /** Count on from the highest number in the directory. */
  continued?: boolean | undefined;
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
export interface ServingOptions {
  /** The port to listen on; 0 takes a free one, which the `listening` event tells. */
  port: number;
  /** Address to bind; every interface without one. */
  host?: string | undefined;
  /** Milliseconds without data after which a sender is given up; `Infinity`: never. */
  idleTimeout?: number | undefined;
  /** What silence is: an error, or the end of a sender that never half-closes. */
  onIdle?: 'error' | 'keep' | undefined;
  /** The most bytes a file may have. */
  maxSize?: number | undefined;
  /** The fewest bytes a second that a sender may bring, over its last 10 s. */
  minRate?: number | undefined;
  /** The most milliseconds that a transfer may take. */
  maxDuration?: number | undefined;
  /** Connections at once; half of the open-files limit without it, because each may have a file. */
  maxConnections?: number | undefined;
  /** Connections at once from one address. */
  maxPerHost?: number | undefined;
  /** Networks in CIDR notation that may connect; all without it. */
  allow?: readonly string[] | undefined;
  /** Networks that may not; wins over `allow`. */
  deny?: readonly string[] | undefined;
  /** Answers each file with the line `OK <id> <bytes> <sha256>` before the FIN. */
  receipt?: boolean | undefined;
  /** Connections are of TLS; with `ca`, clients need a certificate. */
  tls?: ServerTls | undefined;
  /** Stops the server when it emits: the events end with `stopped`, and it completes. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may go on then; emitting again ends that. */
  drain?: number | undefined;
}

/**
 * A TCP server that saves what each connection sends as `<dir>/<number>.file`, or in a store of one's own.
 *
 * Cold: subscribing starts it, unsubscribing stops it at once and releases everything; transfers in
 * flight then become `ERROR`.
 *
 *     serve({ port, dir })  --l---o-r--o--f--o-r---
 *
 * @throws DirectoryError, DirectoryInUseError, ListenError, TlsError
 * @example
 * serve({ port: 5000, dir: 'inbox' }).subscribe((event) => console.log(event));
 * serve({ port: 5000, store: memoryStore() })
 */
export function serve({
  port,
  host,
  idleTimeout,
  onIdle,
  maxSize,
  minRate,
  maxDuration,
  maxConnections,
  maxPerHost,
  allow,
  deny,
  receipt = false,
  tls,
  stop$ = NEVER,
  drain,
  ...where
}: ServeOptions): Observable<ServerEvent> {
  const collecting = (store: Store, stop$: Observable<unknown>) => {
    const admits = addressFilter({ allow, deny });
    const secure = tls && handshake(tls);
    return listen({ port, host, readSize: tls && TLS_READ }).pipe(
      switchMap(({ address, connections$ }) =>
        concat(
          of<ServerEvent>({ type: 'listening', address: address.address, port: address.port }),
          collect({
            connections$,
            handshake: secure,
            store,
            stop$,
            drain,
            turn$: afterNextPoll$,
            idle: idleTimeout,
            onIdle,
            ...{ maxSize, minRate, maxDuration, maxPerHost },
            maxConnections: maxConnections ?? roomForConnections(),
            admits,
            digest: receipt ? sha256 : undefined,
            lookAgain$: afterPoll$,
            clock: performance,
          }),
        ),
      ),
    );
  };

  const serving = (store$: Observable<Store>) =>
    stop$.pipe(
      connect(
        (stop$) =>
          store$.pipe(
            switchMap((store) => collecting(store, stop$)),
            takeWhile(({ type }) => type !== 'stopped', true),
          ),
        { connector: () => new ReplaySubject(2) },
      ),
    );

  if (where.store !== undefined) {
    return serving(isObservable(where.store) ? where.store : of(where.store));
  }
  const { dir: path, mode, fsync, minFree, continued } = where;
  return makingDirectory(path, () =>
    serving(directoryStore({ path, mode, fsync, minFree, continued })),
  );
}

/** A connection may have a socket and a file open; the process has some of its own. */
const roomForConnections = (): number =>
  Math.max(1, Math.floor((openFilesLimit() - OWN_FILES) / 2));
const OWN_FILES = 40;
