import { EMPTY, ignoreElements, NEVER, type Observable, ReplaySubject, tap } from 'rxjs';
import type { Connection } from '../node/connection.js';

/** What is scripted of a connection; unscripted its peer is silent, and our FIN gets on its way at once. */
export interface ConnectionScript {
  /** What the peer sends. */
  bytes$?: Observable<Uint8Array>;
  /** Completes once our FIN is on its way. */
  end$?: Observable<unknown>;
  /** The peer's address and port. */
  peer?: string;
}

/** A connection that shows what its peer sees. */
export interface FakeConnection extends Connection {
  /** What the peer sees of us: `F` for our FIN, `R` for an RST; completes once we have closed. */
  readonly sees$: Observable<'F' | 'R'>;
  /** The text that was sent before our FIN. */
  readonly sentText: () => string;
}

/**
 * A connection without a network: marbles are its bytes, and what its peer sees is a row to compare.
 *
 *     bytes$  --a--b--|
 *     sees$   --------F
 *
 * @example
 * const connection = fakeConnection({ bytes$: cold('--a--b--|', { a, b }) });
 * expectObservable(echo(connection)).toBe('--------|');
 * expectObservable(connection.sees$).toBe('--------(F|)');
 * @see {@link fakeUplink} for one that is written to
 */
export function fakeConnection({
  bytes$ = NEVER,
  end$ = EMPTY,
  peer = PEER,
}: ConnectionScript = {}): FakeConnection {
  const sees$ = new ReplaySubject<'F' | 'R'>(Infinity);
  let ended = false;
  let sentText = '';
  const end = () => {
    ended = true;
    sees$.next('F');
  };
  return {
    peer,
    bytes$,
    sees$,
    sentText: () => sentText,
    end(text = '') {
      sentText = text;
      return end$.pipe(ignoreElements(), tap({ complete: end }));
    },
    abort() {
      if (!ended) sees$.next('R');
      sees$.complete();
    },
  };
}

/** An address of the network for documentation (RFC 5737). */
const PEER = '192.0.2.1:5000';
