import { isIP } from 'node:net';
import { concat, map, type Observable, of, take } from 'rxjs';
import { LookupError, UnknownHostError } from '../errors.js';
import { asciiHost } from './asciiHost.js';
import { askGetent, askNode, askThread, type LookupFailure } from './resolvers.js';

/**
 * The addresses of a host, best first, as the system's resolver has them.
 *
 * It asks in a child process, because a look-up in this process holds a thread that cannot be stopped,
 * and a process does not end before its threads: with name servers that never answer it would stay for a
 * minute. The child is `getent`; if there is none, or it has no addresses, it is a second Node (about
 * 50 ms), which reports why; and only if no process can be made, a thread has to do. Unsubscribing ends
 * the child. An international name is looked up in its ASCII form.
 *
 *     lookup('localhost')  --(a|)      a = ['::1', '127.0.0.1']
 *
 * Not for many names at once: each takes a process.
 *
 * @param host a name, or an address, which is emitted as it is
 * @throws UnknownHostError if the resolver reports that the name has no address
 * @throws LookupError if the resolver cannot know, for instance because no name server answers
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

/** No name under `.invalid` has an address, even if no name server is there to say so (RFC 6761). */
const isUnknown = (name: string, error: LookupFailure | undefined): boolean =>
  error === undefined || error.code === 'ENOTFOUND' || /\.invalid\.?$/i.test(name);

const asError = (error: LookupFailure | undefined): Error | undefined =>
  error && Object.assign(new Error(`getaddrinfo ${String(error.code)}`), error);
