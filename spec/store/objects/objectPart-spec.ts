import { catchError, concat, defer, EMPTY, ignoreElements, NEVER, type Observable, of } from 'rxjs';
import { StoreError } from '../../../src/errors.js';
import type { FilePart } from '../../../src/store/directory/writer/filePart.js';
import { type Depot, ObjectPart } from '../../../src/store/objects/objectPart.js';
import { marbles } from '../../support/marbles.js';

/** A part of the spool: it waits for its number when it is settled. */
const filePart = (number$: Observable<number>): FilePart => {
  const settled$ = number$.pipe(ignoreElements());
  return {
    id$: number$,
    full$: of(false),
    size: 0,
    fileName: String,
    write: () => filePart(number$),
    flush: () => of('/spool/part'),
    commit: () => settled$,
    fail: () => settled$,
    discard: () => EMPTY,
    release: () => undefined,
  };
};

const depotOf = (depot: Partial<Depot>): Depot => ({
  spool: { begin: filePart },
  numbers: { next: () => NEVER },
  nameOf: String,
  shipper: { ship: ({ id }) => of(id) },
  outbox: { add: () => undefined, addAndWait: () => EMPTY },
  confirmAt: 'engine',
  ...depot,
});

const fail = (error: unknown) => {
  throw error;
};

const begin = (depot: Partial<Depot>): ObjectPart =>
  new ObjectPart(depotOf(depot), { peer: '' }, 'token');

// prettier-ignore
describe('ObjectPart', () => {
  describe.each(['engine', 'spool'] as const)('with confirmAt: %s', (confirmAt) => {
    it('gives a number up 8 s after the end of the file, and waits for it only once', marbles(({ cold, expectObservable }) => {
      const part = begin({ confirmAt, numbers: { next: () => cold('9s n', { n: 7 }) } });
      const committed$ = part.commit().pipe(catchError(() => EMPTY));
      expectObservable(concat(committed$, part.fail())).toBe('8s #', {}, new StoreError());
      expectObservable(concat(cold('10s |'), defer(() => part.id$))).toBe('10s #', {}, new StoreError());
    }));
  });

  it('asks for its number until it is released', marbles(({ hot, cold, expectSubscriptions }) => {
    const number = cold<number>('--');
    const part = begin({ numbers: { next: () => number } });
    hot('---x').subscribe({ next: () => { part.release(); }, error: fail });
    expectSubscriptions(number.subscriptions).toBe('^ 9002ms !');
  }));
});
