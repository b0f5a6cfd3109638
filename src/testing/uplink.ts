import {
  defer,
  EMPTY,
  ignoreElements,
  interval,
  map,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  startWith,
  takeWhile,
} from 'rxjs';
import type { Uplink } from '../node/uplink.js';

/** What is scripted of an uplink; unscripted its kernel takes all at once, and its peer is silent. */
export type UplinkScript = Partial<
  Pick<Uplink, 'full$' | 'bytes$' | 'taken' | 'flushed$' | 'leavable$'> & {
    /** Completes once our FIN is on its way. */
    end$: Observable<unknown>;
    /** Bytes the peer's kernel has not acknowledged yet; not shown by the system without it. */
    unacknowledged: () => number | undefined;
  }
>;

/** An uplink that records its calls. */
export interface FakeUplink extends Uplink {
  /** The calls, and when they came: chunks to write, our FIN, an abort. */
  readonly calls$: Observable<Uint8Array | 'FIN' | 'RST'>;
}

/**
 * An uplink without a network: marbles define when it is full, and its calls are a row to compare.
 *
 *     full$   f--t------f----
 *     calls$  a--b------c-F
 *
 * @example
 * const uplink = fakeUplink({ full$: hot('f--t------f', { f: false, t: true }) });
 * expectObservable(copy(blocks$, uplink)).toBe('-------------|');
 * expectObservable(uplink.calls$).toBe('a--b------c', { a, b, c });
 * @see {@link fakeConnection} for one that is only read
 */
export function fakeUplink(script: UplinkScript = {}): FakeUplink {
  const calls$ = new ReplaySubject<Uint8Array | 'FIN' | 'RST'>(Infinity);
  let written = 0;
  const { taken = () => written, unacknowledged = () => undefined, end$ = EMPTY } = script;
  const pending = () => written - taken();
  return {
    peer: '127.0.0.1:5000',
    full$: script.full$ ?? NEVER.pipe(startWith(false)),
    bytes$: script.bytes$ ?? NEVER,
    flushed$: script.flushed$ ?? untilZero(pending),
    leavable$: script.leavable$ ?? EMPTY,
    calls$,
    write(chunk) {
      written += chunk.byteLength;
      calls$.next(chunk);
    },
    end: () =>
      defer(() => {
        calls$.next('FIN');
        return end$;
      }).pipe(ignoreElements()),
    abort() {
      calls$.next('RST');
    },
    taken,
    pending,
    unacknowledged$: defer(() => of(unacknowledged())),
  };
}

const untilZero = (pending: () => number): Observable<never> =>
  defer(() =>
    pending() === 0
      ? EMPTY
      : interval(1).pipe(
          map(pending),
          takeWhile((bytes) => bytes > 0),
          ignoreElements(),
        ),
  );
