import {
  concat,
  connect,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  switchMap,
  takeWhile,
} from 'rxjs';
import { addressFilter } from './node/addresses.js';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { listen } from './node/listen.js';
import { openFilesLimit } from './node/openFilesLimit.js';
import { sha256 } from './node/sha256.js';
import type { ServerTls } from './node/tls.js';
import { collect } from './server/collect.js';
import type { ServerEvent } from './server/events.js';
import { directoryStore } from './store/directoryStore.js';
import { makingDirectory } from './store/makingDirectory.js';
import type { Store } from './store/store.js';

export interface ServeOptions {
  /** The port to listen on; 0 takes a free one, which the `listening` event tells. */
  port: number;
  /** Address to bind; every interface without one. */
  host?: string | undefined;
  /** The directory of the files; its last level is made where it is missing. */
  dir: string;
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
  /** Bytes of the disk that no file takes; 64 MiB without it, or 5 % of a small disk. */
  minFree?: number | undefined;
  /** Answers each file with the line `OK <id> <bytes> <sha256>` before the FIN. */
  receipt?: boolean | undefined;
  /** Permissions of the saved files, whatever the umask. */
  mode?: number | undefined;
  /** Publish only what would survive a power cut. */
  fsync?: boolean | undefined;
  /** Count on from the highest number in the directory. */
  continued?: boolean | undefined;
  /** Connections are of TLS; with `ca`, clients need a certificate. */
  tls?: ServerTls | undefined;
  /** Stops the server when it emits: the events end with `stopped`, and it completes. */
  stop$?: Observable<unknown>;
  /** Milliseconds that transfers in flight may go on then; emitting again ends that. */
  drain?: number | undefined;
}

/**
 * A TCP server that saves what each connection sends as `<dir>/<number>.file`.
 *
 * Cold: subscribing starts it, unsubscribing stops it at once and releases everything; transfers in
 * flight then become `ERROR`.
 *
 *     serve({ port, dir })  --l---o-r--o--f--o-r---
 *
 * @throws DirectoryError, DirectoryInUseError, ListenError, TlsError
 * @example
 * serve({ port: 5000, dir: 'inbox' }).subscribe((event) => console.log(event));
 */
export function serve({
  port,
  host,
  dir,
  idleTimeout,
  onIdle,
  maxSize,
  minRate,
  maxDuration,
  maxConnections,
  maxPerHost,
  allow,
  deny,
  minFree,
  receipt = false,
  mode,
  fsync,
  continued,
  tls,
  stop$ = NEVER,
  drain,
}: ServeOptions): Observable<ServerEvent> {
  const collecting = (store: Store, stop$: Observable<unknown>) => {
    const admits = addressFilter({ allow, deny });
    return listen({ port, host, tls, handshake: idleTimeout }).pipe(
      switchMap(({ address, connections$ }) =>
        concat(
          of<ServerEvent>({ type: 'listening', address: address.address, port: address.port }),
          collect({
            connections$,
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

  return makingDirectory(dir, () =>
    stop$.pipe(
      connect(
        (stop$) =>
          directoryStore({ path: dir, mode, fsync, minFree, continued }).pipe(
            switchMap((store) => collecting(store, stop$)),
            takeWhile(({ type }) => type !== 'stopped', true),
          ),
        { connector: () => new ReplaySubject(2) },
      ),
    ),
  );
}

/** A connection may have a socket and a file open; the process has some of its own. */
const roomForConnections = (): number =>
  Math.max(1, Math.floor((openFilesLimit() - OWN_FILES) / 2));
const OWN_FILES = 40;
