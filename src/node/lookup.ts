import { isIP } from 'node:net';
import { concat, map, type Observable, of, take } from 'rxjs';
import { LookupError, UnknownHostError } from '../errors.js';
import { asciiHost } from './asciiHost.js';
import { askGetent, askNode, askThread, type LookupFailure } from './resolvers.js';

/**
 * Emits the addresses of a host in the order of the system's resolver, best first.
 *
 * It looks the name up in a child process. A look-up in this process takes a thread that cannot be stopped, and a
 * process does not exit before its threads have ended: if no name server answers, that takes a minute. The
 * child is `getent`. If it is missing or prints no address, the child is a second Node (about 50 ms), which
 * reports the error. Only if no process can be created, a thread is used. Unsubscribing kills the child. An
 * international name is looked up in its ASCII form.
 *
 *     lookup('localhost')  --(a|)      a = ['::1', '127.0.0.1']
 *
 * Not for many names at once: each look-up takes a process.
 *
 * @param host a name, or an address, which is emitted as it is
 * @throws UnknownHostError if the resolver reports that the name has no address
 * @throws LookupError if the resolver fails, for example because no name server answers
 * @example
 * ```ts
 * import { lookup } from 'rxdrop/node';
 *
 * lookup('localhost').subscribe((addresses) => console.log(addresses.includes('127.0.0.1')));
 * // → true
 * ```
 * @see {@link connectTo}, which takes an address
 * @category Addresses
 */
export function lookup(host: string): Observable<readonly string[]> {
  if (isIP(host)) return of([host]);
  const name = asciiHost(host);
  return concat(askGetent(name), askNode(name), askThread(name)).pipe(
    take(1),
    map(({ addresses, error }) => {
      if (addresses.length > 0) return addresses;
      throw isUnknown(name, error)
        ? new UnknownHostError(host, { cause: asError(error) })
        : new LookupError(host, { cause: asError(error) });
    }),
  );
}

/** No name under `.invalid` has an address, even if no name server can confirm that (RFC 6761). */
const isUnknown = (name: string, error: LookupFailure | undefined): boolean =>
  error === undefined || error.code === 'ENOTFOUND' || /\.invalid\.?$/i.test(name);

const asError = (error: LookupFailure | undefined): Error | undefined =>
  error && Object.assign(new Error(`getaddrinfo ${String(error.code)}`), error);
