import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  takeWhile,
  tap,
  throwError,
} from 'rxjs';
import { ProxyHeaderError } from '../errors.js';
import { idleTimeout, type IdleTimeoutOptions } from '../operators/idleTimeout.js';
import { type Accepted, SocketConnection } from './connection.js';
import { parseProxyHeader, proxyHeaderVersion } from './proxyHeader.js';

/** The first bytes of accepted connections, some of which come from a proxy. */
export interface ProxyProtocol {
  /** Emits the connection with the peer that its PROXY header names, and without the header. */
  readonly readHeader: (accepted: Accepted) => Observable<Accepted>;
  /** Emits the connection, unless it begins with a PROXY header. */
  readonly refuseHeader: (accepted: Accepted) => Observable<Accepted>;
}

/**
 * Reads the start of connections: PROXY headers of those that come from a proxy, and none of others.
 *
 * Both functions emit one connection, whose bytes begin after the header, and complete. After an error, or if
 * they are unsubscribed before, the connection ends with an RST.
 *
 *     accepted        ---header--file--
 *     readHeader      -----------C|
 *     refuseHeader    ------#
 *
 * @param due milliseconds that a header may take, and after which a silent sender is idle
 * @throws ProxyHeaderError, IdleTimeoutError, ResetError
 */
export function proxyProtocol(due: number, options: IdleTimeoutOptions = {}): ProxyProtocol {
  const withinTime = <T>() => idleTimeout<T>(due, options);
  return {
    readHeader: (accepted) =>
      readUntil(accepted.bytes$, (bytes) => parseProxyHeader(bytes) !== 'incomplete').pipe(
        map((bytes) => {
          const header = parseProxyHeader(bytes);
          if (typeof header === 'string') throw new ProxyHeaderError(header);
          const { size, source = accepted.peer } = header;
          return continued(accepted, source, bytes.subarray(size));
        }),
        withinTime(),
        abortUnlessEmitted(accepted),
      ),

    refuseHeader: (accepted) =>
      defer(() => {
        let rest$ = accepted.bytes$;
        const bytes$ = accepted.bytes$.pipe(
          withinTime(),
          // Silence and resets are the transfer's, as without this option.
          catchError((error: unknown) => {
            rest$ = throwError(() => error);
            return EMPTY;
          }),
        );
        return readUntil(bytes$, (bytes) => proxyHeaderVersion(bytes) !== 'incomplete').pipe(
          map((bytes) => {
            if (typeof proxyHeaderVersion(bytes) === 'number')
              throw new ProxyHeaderError('unexpected');
            return continued(accepted, accepted.peer, bytes, rest$);
          }),
          abortUnlessEmitted(accepted),
        );
      }),
  };
}

/**
 * Emits the bytes up to the chunk that is enough, or up to the end. The source is unsubscribed by then, so that
 * the next one can read on.
 */
const readUntil = (
  bytes$: Observable<Uint8Array>,
  isEnough: (bytes: Buffer) => boolean,
): Observable<Buffer> =>
  defer(() => {
    let bytes = Buffer.alloc(0);
    const read$ = bytes$.pipe(
      takeWhile((chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        return !isEnough(bytes);
      }),
      ignoreElements(),
    );
    return concat(
      read$,
      defer(() => of(bytes)),
    );
  });

/** The same connection from there on: what has been read comes again, once, and then the rest. */
function continued(
  { incoming, bytes$ }: Accepted,
  peer: string,
  read: Uint8Array,
  rest$ = bytes$,
): Accepted {
  let again: Uint8Array | undefined = read.byteLength > 0 ? read : undefined;
  const continued$ = defer(() => {
    if (!again) return rest$;
    const first = again;
    again = undefined;
    return concat(of(first), rest$);
  });
  return new SocketConnection({ socket: incoming.socket, bytes$: continued$ }, peer);
}

const abortUnlessEmitted =
  (accepted: Accepted): MonoTypeOperatorFunction<Accepted> =>
  (source$) =>
    defer(() => {
      let emitted = false;
      return source$.pipe(
        tap(() => (emitted = true)),
        finalize(() => {
          if (!emitted) accepted.abort();
        }),
      );
    });
