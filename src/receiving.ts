import type { AddressInfo } from 'node:net';
import { from, map, type Observable, of } from 'rxjs';
import { addressFilter } from './node/addresses.js';
import { afterPoll$ } from './node/afterPoll.js';
import type { Accepted } from './node/connection.js';
import { handshake } from './node/handshake.js';
import { keepAliveOf } from './node/keepAlive.js';
import { listen } from './node/listen.js';
import { TLS_READ_BYTES } from './node/secure.js';
import { sha256 } from './node/sha256.js';
import type { ServingOptions } from './serveOptions.js';
import type { ArrivalOptions } from './server/arrivals.js';
import { IDLE_TIMEOUT_MS } from './server/limits.js';
import type { Guest, Sender } from './server/receive.js';
import { beginIn, type BeginWith } from './server/receiveAll.js';
import type { Store } from './store/store.js';

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

/** This process receives, into a store. */
export function receivingHere(
  options: ServingOptions,
  store: Store,
  room: number,
): Observable<Receiving<Accepted, Sender>> {
  const { port, host, tls, proxyProtocol, idleTimeout } = options;
  const keepAlive = keepAliveOf(options);
  const receiving = {
    listener$: listen({ port, host, readSize: tls && TLS_READ_BYTES, keepAlive }),
    handshake: tls && handshake(tls),
    begin: beginHere(options, store),
    descriptorOf: ({ descriptor }: Accepted) => descriptor,
    room,
  };
  return loadProxyHeaders(proxyProtocol, idleTimeout).pipe(
    map((proxyHeaders) => ({ ...receiving, ...proxyHeaders })),
  );
}

/** Begins transfers that this process receives. */
export const beginHere = (options: ServingOptions, store: Store): BeginWith<Sender> =>
  beginIn(store, {
    ...options,
    digest: options.receipt || options.sha256 ? sha256 : undefined,
    lookAgain$: afterPoll$,
    clock: performance,
  });

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
