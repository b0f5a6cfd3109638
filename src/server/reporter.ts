import { map, type Observable, type TimestampProvider } from 'rxjs';
import { RxdropError } from '../errors.js';
import type { Part } from '../store/store.js';
import type { Failed, Opened, Received, Unmarked } from './events.js';

/** Makes the events of one connection, each as soon as its number is known. */
export function reporter(peer: string, part: Part, clock: TimestampProvider) {
  const since = clock.now();
  const report = <E>(event: () => Omit<E, 'id' | 'peer'>): Observable<E> =>
    part.id$.pipe(map((id) => ({ id, peer, ...event() }) as E));
  const transfer = () => ({ bytes: part.size, ms: clock.now() - since });

  return {
    opened: () => report<Opened>(() => ({ type: 'opened' })),
    received: () => report<Received>(() => ({ type: 'received', ...transfer() })),
    failed: (error: unknown) =>
      report<Failed>(() => ({ type: 'failed', ...transfer(), reason: reasonOf(error), error })),
    unmarked: (error: unknown) => report<Unmarked>(() => ({ type: 'unmarked', error })),
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof RxdropError ? error.code : 'INTERNAL';
