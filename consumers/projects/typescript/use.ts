import { IdleTimeoutError, send, serve, type ServerEvent } from 'rxdrop';
import { directoryStore, fromSignals, listen, type Part, type Store } from 'rxdrop/node';
import { heldWhile, idleTimeout, limitBytes, progress, type Progress } from 'rxdrop/operators';
import { fakeUplink, lawsOf, marbles } from 'rxdrop/testing';
import { map, mergeMap, type Observable, scan, switchMap } from 'rxjs';

export const events$: Observable<ServerEvent> = serve({
  port: 0,
  dir: 'inbox',
  stop$: fromSignals('SIGTERM', 'SIGINT'),
});

// @ts-expect-error: files have to go somewhere.
void serve({ port: 0 });

// @ts-expect-error: they go to one place.
void serve({ port: 0, dir: 'inbox', store: directoryStore({ path: 'inbox' }) });

export const received$: Observable<number> = events$.pipe(
  map((event) => (event.type === 'received' ? event.bytes : 0)),
);

export const progress$: Observable<Progress> = send({ host: 'a', port: 1, file: 'b' }).pipe(
  map((event) => (event.type === 'progress' ? event.bytes : 0)),
  progress({ total: 3 }),
);

export const sizes$: Observable<number> = listen({ port: 0 }).pipe(
  switchMap(({ connections$ }) => connections$),
  mergeMap(({ bytes$ }) => bytes$.pipe(idleTimeout(10_000), limitBytes(2 ** 20))),
  scan((size, { byteLength }) => size + byteLength, 0),
);

export const store = (begin: () => Part): Store => ({ begin });

export const due: number = new IdleTimeoutError(10_000).due;

export const check: () => void = marbles(({ cold, expectObservable }) => {
  const { full$ } = fakeUplink();
  expectObservable(cold('a|').pipe(heldWhile(full$))).toBe('a|');
});

export const titles: string[] = lawsOf(() => map((text: string) => text.length), {
  a: 'a',
  b: 'b',
}).map(([title]) => title);
