import type { Observable } from 'rxjs';
import type { CheckOptions, ExecOptions } from './hooks.js';
import type { AddressFilterOptions } from './node/addresses.js';
import type { ServerTls } from './node/tls.js';
import type { ConnectionLimits } from './server/gate.js';
import type { Lifetime } from './server/lifetime.js';
import type { Limits } from './server/limits.js';
import type { DirectoryStoreOptions } from './store/directory/directoryStore.js';
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
  /**
   * Milliseconds between two `progress` events of a transfer, and between two looks for a `usage` event; none by
   * default.
   */
  progress?: number | undefined;
  /** Milliseconds that the store has for the last files and `ERROR` markers of a stop; 600 by default. */
  patience?: number | undefined;
}
