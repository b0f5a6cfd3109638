import { map, type Observable } from 'rxjs';
import { Outbox } from '../../../src/store/objects/outbox.js';
import type { SpooledFile } from '../../../src/store/objects/spoolName.js';
import { marbles } from '../../support/marbles.js';

const file = (id: number): SpooledFile => ({ id, facts: { peer: '' }, token: `token ${id}` });

/** Adds the file of each number that is emitted. */
const add = (outbox: Outbox, ids$: Observable<string>) =>
  ids$.subscribe({
    next: (id) => {
      outbox.add(file(Number(id)));
    },
    error: fail,
  });

const fail = (error: unknown) => {
  throw error;
};

// prettier-ignore
describe('Outbox', () => {
  it('ships the files of earlier servers first, and at most as many at a time as are allowed', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const shipping = [cold<never>('---|'), cold<never>('-----|'), cold<never>('--|'), cold<never>('-|')];
    const outbox = new Outbox([file(1), file(2)], ({ id }) => shipping[id - 1] ?? cold(''), 2);
    add(outbox, hot('       -3--4'));
    expectObservable(outbox.shipping$, '--------!').toBe('---------');
    expectSubscriptions(shipping[0]?.subscriptions ?? []).toBe('^--!');
    expectSubscriptions(shipping[1]?.subscriptions ?? []).toBe('^----!');
    expectSubscriptions(shipping[2]?.subscriptions ?? []).toBe('---^-!');
    expectSubscriptions(shipping[3]?.subscriptions ?? []).toBe('-----^!');
  }));

  it('completes for a file once that is shipped, and no earlier', marbles(({ cold, expectObservable }) => {
    const outbox = new Outbox([file(1)], ({ id }) => (id === 1 ? cold('-|') : cold('---|')));
    outbox.shipping$.subscribe({ error: () => undefined });
    expectObservable(outbox.addAndWait(file(2))).toBe('---|');
  }));

  it('counts the files that wait', marbles(({ cold, hot, expectObservable }) => {
    const outbox = new Outbox([file(1), file(2)], ({ id }) => cold(id === 1 ? '-|' : '---|'));
    outbox.shipping$.subscribe({ error: () => undefined });
    add(outbox, hot('--3'));
    const waiting = hot('l--l--l').pipe(map(() => outbox.waiting));
    expectObservable(waiting).toBe('2--b--c', { 2: 2, b: 1, c: 0 });
  }));
});
