import {
  catchError,
  defer,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  race,
  ReplaySubject,
  share,
  switchMap,
  take,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { ConnectTimeoutError, TlsError, UnreachableError } from '../errors.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';

export interface ReachOptions<U> {
  host: string;
  port: number;
  /** Milliseconds for looking up and connecting together (C3). */
  due: number;
  lookup: (host: string) => Observable<readonly string[]>;
  /** Stays subscribed to the connection; unsubscribing closes it. Errors before it has answered only. */
  connect: (address: string) => Observable<U>;
}

/**
 * Connects to the address of a host that answers first, within one time limit for all of them.
 *
 * If an address has not answered within 250 ms, the next one is tried, too; if it refuses, the next one is
 * tried at once ("Happy Eyeballs", RFC 8305 section 5). No attempt is abandoned before another has connected.
 *
 *     lookup     -(a|)       a = two addresses
 *     first      -----------------      never answers
 *     second          250ms --U---
 *     reach      -    250ms --U---
 *
 * @throws UnknownHostError, LookupError, UnreachableError, ConnectTimeoutError, TlsError
 */
export function reach<U>({ host, port, due, lookup, connect }: ReachOptions<U>): Observable<U> {
  return defer(() => lookup(host)).pipe(
    switchMap((addresses) =>
      firstToAnswer(addresses.map(connect)).pipe(
        catchError((cause: unknown) =>
          throwError(() =>
            cause instanceof TlsError ? cause : new UnreachableError(host, port, { cause }),
          ),
        ),
      ),
    ),
    within(due),
  );
}

const NEXT_ATTEMPT_MS = 250;

function firstToAnswer<U>([first$, ...others]: readonly Observable<U>[]): Observable<U> {
  if (first$ === undefined) return throwError(() => new TypeError('there is no address to try'));
  return others.length === 0 ? first$ : eitherOf(first$, firstToAnswer(others));
}

function eitherOf<U>(first$: Observable<U>, second$: Observable<U>): Observable<U> {
  return defer(() => {
    const attempt$ = first$.pipe(
      share({ connector: () => new ReplaySubject(1), resetOnError: false }),
    );
    const refused$ = attempt$.pipe(
      ignoreElements(),
      catchError((error: unknown) => of(error)),
    );
    return race(
      attempt$.pipe(catchError(() => NEVER)),
      merge(timer(NEXT_ATTEMPT_MS), refused$).pipe(
        take(1),
        switchMap(() => second$),
        catchError((error: unknown) =>
          refused$.pipe(
            map((earlier): never => {
              // A server that is not trusted is a better explanation than an address that does not answer.
              throw earlier instanceof TlsError ? earlier : error;
            }),
          ),
        ),
      ),
    );
  });
}

const within =
  (due: number) =>
  <U>(source: Observable<U>): Observable<U> =>
    due > MAX_TIMER_MS
      ? source
      : source.pipe(
          timeout({ first: due, with: () => throwError(() => new ConnectTimeoutError(due)) }),
        );
