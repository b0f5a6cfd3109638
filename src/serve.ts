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
import { addressFilter } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { descriptor } from './node/handle.js';
import { handshake } from './node/handshake.js';
import { listen } from './node/listen.js';
import { isNearLimit, openFilesLimit, roomForConnections } from './node/openFilesLimit.js';
import { TLS_READ } from './node/securing.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import type { ServerEvent, ServerFact } from './server/events.js';
import { receiveAll } from './server/receiveAll.js';
import { type Phase, stopping } from './server/stopping.js';
import { stamped } from './stamp.js';
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
  /**
   * Connections at once. Each may have a file open, so half of the open-files limit is the most, and what
   * holds without this; more is reduced to it, and the `reduced` event reports that. Descriptors that the
   * application opens later are not counted: while fewer than six are left, who connects is refused
   * (`OPEN_FILES`).
   */
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
 * @throws DirectoryError, DirectoryInUseError, ListenError, OpenFilesError, TlsError
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
  maxConnections = Infinity,
  maxPerHost,
  allow,
  deny,
  receipt = false,
  tls,
  stop$,
  drain,
  patience,
  progress,
  ...where
}: ServeOptions): Observable<ServerEvent> {
  const receiving = (store: Store, phase$: Observable<Phase>, room: number) => {
    const admits = addressFilter({ allow, deny });
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
            connections$,
            handshake: secure,
            store,
            phase$,
            turn$: afterNextPoll$,
            idle: idleTimeout,
            onIdle,
            progress,
            ...{ maxSize, minRate, maxDuration, maxPerHost },
            maxConnections: Math.min(maxConnections, room),
            admits,
            outOfFiles: ({ incoming }) => isNearLimit(descriptor(incoming.socket), limit),
            digest: receipt ? sha256 : undefined,
            lookAgain$: afterPoll$,
            clock: performance,
          }),
        ),
      ),
    );
  };

  const serving = (store$: Observable<Store>, room: number) =>
    stopping({ stop$, drain, patience }, (phase$) =>
      store$.pipe(
        switchMap((store) => receiving(store, phase$, room)),
        takeWhile(({ type }) => type !== 'stopped', true),
        stamped<ServerEvent>(Date),
      ),
    );

  return defer(() => {
    const room = roomForConnections();
    if (where.store !== undefined) {
      return serving(isObservable(where.store) ? where.store : of(where.store), room);
    }
    const { dir: path, mode, fsync, minFree, continued } = where;
    return makingDirectory(path, () =>
      serving(directoryStore({ path, mode, fsync, minFree, continued }), room),
    );
  });
}

/** Reports that fewer connections are let in than was asked for. */
const reduced = (asked: number, room: number): Observable<ServerFact> =>
  asked === Infinity || asked <= room
    ? EMPTY
    : of({ type: 'reduced', asked, maxConnections: room });

/** Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
