import { execFile } from 'node:child_process';
import { lookup as lookupByThread } from 'node:dns';
import { isIP } from 'node:net';
import { Observable, of } from 'rxjs';
import { UnknownHostError } from '../errors.js';

/**
 * The addresses of a host, best first, as the system's resolver has them.
 *
 * It asks in a child process (`getent`, of every Linux C library), because a look-up in this process
 * holds a thread that cannot be stopped, and a process does not end before its threads: with name
 * servers that never answer it would stay for a minute. Unsubscribing ends the child. Where there is
 * no `getent` the thread has to do.
 *
 *     lookup('localhost')  --(a|)      a = ['::1', '127.0.0.1']
 *
 * Not for many names at once: each takes a process.
 *
 * @param host a name, or an address, which is emitted as it is
 * @throws UnknownHostError
 * @example
 * ```ts
 * import { lookup } from 'rxdrop/node';
 *
 * lookup('localhost').subscribe((addresses) => console.log(addresses.includes('127.0.0.1')));
 * // → true
 * ```
 * @see {@link connect}, which takes an address
 * @category Addresses
 */
export function lookup(host: string): Observable<readonly string[]> {
  if (isIP(host)) return of([host]);
  return new Observable((subscriber) => {
    const answer = (addresses: readonly string[], cause?: unknown) => {
      if (addresses.length === 0) subscriber.error(new UnknownHostError(host, { cause }));
      subscriber.next(addresses);
      subscriber.complete();
    };
    const child = execFile('getent', ['ahosts', '--', host], (error, table) => {
      if (error?.code === 'ENOENT') {
        lookupByThread(host, { all: true, verbatim: true }, (cause, found) => {
          answer(cause ? [] : found.map(({ address }) => address), cause);
        });
      } else answer(addressesIn(table), error);
    });
    return () => {
      child.kill('SIGKILL');
    };
  });
}

/** One line an address and kind of socket: `127.0.0.1  STREAM localhost`. */
const addressesIn = (table: string): readonly string[] => [
  ...new Set(table.match(/^\S+(?=\s+STREAM)/gm)),
];
