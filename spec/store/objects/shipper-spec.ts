import {
  catchError,
  defer,
  EMPTY,
  endWith,
  ignoreElements,
  mergeMap,
  NEVER,
  type Observable,
  of,
  range,
  throwError,
} from 'rxjs';
import { StoreError } from '../../../src/errors.js';
import type { Engine } from '../../../src/store/objects/engine.js';
import { Health } from '../../../src/store/objects/health.js';
import { Shipper, type ShipperOptions } from '../../../src/store/objects/shipper.js';
import { engineOf, MISSING, REFUSED, TAKEN, UNAVAILABLE } from '../../support/engine.js';
import { marbles } from '../../support/marbles.js';

const MiB = 2 ** 20;
const FILE = { id: 7, facts: { peer: '' }, token: 'token' };
const SHIPMENT = { ...FILE, path: '/spool/7', size: 10 };

const spoolOf = (calls: Partial<ShipperOptions['spool']> = {}): ShipperOptions['spool'] => ({
  pathOf: ({ id }) => `/spool/${id}`,
  sizeOf: () => of(10),
  read: (_path, _from, size) => of(new Uint8Array(size)),
  renumber: () => EMPTY,
  remove: () => EMPTY,
  ...calls,
});

const shipper = (engine: Partial<Engine>, options: Partial<ShipperOptions> = {}) =>
  new Shipper({
    engine: engineOf(engine),
    canForbid: true,
    spool: spoolOf(),
    numbers: { next: () => NEVER },
    nameOf: (id) => `${id}.file`,
    health: new Health(() => 1),
    ...options,
  });

/** The names of the objects that are put. */
const putting = (answer: (name: string, call: number) => Observable<unknown>) => {
  const names: string[] = [];
  const put: Engine['put'] = ({ name }) => answer(name, names.push(name));
  return { names, put };
};

const failed = (cause: unknown) => new StoreError({ cause });

// prettier-ignore
describe('Shipper', () => {
  describe('ship', () => {
    it('emits the number of the file, and completes once it is an object', marbles(({ cold, expectObservable }) => {
      const put = () => cold('---(a|)');
      expectObservable(shipper({ put }).ship(SHIPMENT)).toBe('n--(|)', { n: 7 });
    }));

    it('gives up 8 s after the end of the file, so that its sender gets an RST in time', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const put = cold('---');
      expectObservable(shipper({ put: () => put }).ship(SHIPMENT)).toBe('n 7999ms #', { n: 7 }, failed(undefined));
      expectSubscriptions(put.subscriptions).toBe('^ 7999ms !');
    }));

    it('gives up with the reason of the outage', () => {
      const health = new Health(() => 0);
      health.report(UNAVAILABLE);
      let error: unknown;
      marbles(({ expectObservable, flush }) => {
        const ship$ = shipper({ put: () => NEVER }, { health }).ship(SHIPMENT);
        expectObservable(ship$).toBe('n 7999ms #', { n: 7 }, failed(UNAVAILABLE));
        ship$.subscribe({ error: (reason: unknown) => (error = reason) });
        flush();
      })();
      expect(error).toHaveProperty('cause', UNAVAILABLE);
    });

    it('does not give up while parts of a large file arrive', marbles(({ cold, expectObservable }) => {
      const putPart = () => cold('7s (t|)', { t: 'tag' });
      const large = { ...SHIPMENT, size: 33 * MiB };
      expectObservable(shipper({ putPart }).ship(large)).toBe('n 13999ms (|)', { n: 7 });
    }));

    it.each([
      ['64 of 10 bytes', 10, 64],
      ['four of 32 MiB', 32 * MiB, 4],
      ['four parts of each of four that are larger', 1024 * MiB, 16],
    ])('has at most 128 MiB of all files in memory: %s', (_, size, most) => {
      let reads = 0;
      const read = () => defer(() => { reads++; return of(new Uint8Array(0)); });
      marbles(({ expectObservable }) => {
        const shipping = shipper({ put: () => NEVER, putPart: () => NEVER }, { spool: spoolOf({ read }) });
        const ship$ = range(1, 100).pipe(mergeMap((id) => shipping.ship({ ...SHIPMENT, id, size })), ignoreElements());
        expectObservable(ship$, '7s !').toBe('-');
      })();
      expect(reads).toBe(most);
    });

    it('completes some of many files in time if the engine is slow, before it begins others', marbles(({ cold, expectObservable }) => {
      const find = () => cold('3s (f|)', { f: undefined });
      const shipping = shipper({ find, put: () => cold('3s |') }, { canForbid: false });
      const verdict = (id: number) => shipping.ship({ ...SHIPMENT, id, size: 32 * MiB }).pipe(ignoreElements(), endWith('FIN'), catchError(() => of('RST')));
      expectObservable(range(1, 8).pipe(mergeMap(verdict))).toBe('6s (ffff) 1994ms (rrrr|)', { f: 'FIN', r: 'RST' });
    }));

    it('fails at once if the engine refuses the file', marbles(({ cold, expectObservable }) => {
      const put = () => cold('---#', {}, REFUSED);
      expectObservable(shipper({ put }).ship(SHIPMENT)).toBe('n--#', { n: 7 }, failed(REFUSED));
    }));

    it('takes another number if an object of another server has the name, and repeats that by the same id', () => {
      const ids: string[] = [];
      const { names, put } = putting((name) => (name === '9.file' ? of(0) : throwError(() => TAKEN)));
      const numbers = { next: (id: string) => of(7 + ids.push(id)) };
      marbles(({ expectObservable }) => {
        expectObservable(shipper({ put, find: () => of({ token: 'other', size: 1 }) }, { numbers }).ship(SHIPMENT)).toBe('(abc|)', { a: 7, b: 8, c: 9 });
      })();
      expect(names).toStrictEqual(['7.file', '8.file', '9.file']);
      expect(ids).toStrictEqual(['token.7', 'token.8']);
    });

    it('gives up 8 s after it has asked for another number', marbles(({ expectObservable }) => {
      const { put } = putting(() => throwError(() => TAKEN));
      expectObservable(shipper({ put }).ship(SHIPMENT)).toBe('n 7999ms #', { n: 7 }, failed(undefined));
    }));

    it('begins an upload again that another server has aborted', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const start = cold('(u|)', { u: { name: '7.file', id: 'upload' } });
      const parts = [cold('-#', {}, MISSING), cold('-(t|)', { t: 'tag' }), cold('-(t|)', { t: 'tag' })];
      const putPart = () => parts.shift() ?? cold('-(t|)', { t: 'tag' });
      const large = { ...SHIPMENT, size: 33 * MiB };
      const health = new Health(() => 0);
      const ship$ = shipper({ startUpload: () => start, putPart }, { health, random: () => 1 }).ship(large);
      expectObservable(ship$).toBe('n 200ms --(|)', { n: 7 });
      expectSubscriptions(start.subscriptions).toBe(['(^!)', '- 200ms (^!)']);
    }));
  });

  describe('forward', () => {
    it('repeats what is refused, however long, and removes the file once it is an object', () => {
      const removed: unknown[] = [];
      const { names, put } = putting((_, call) => (call < 20 ? throwError(() => (call % 2 ? REFUSED : UNAVAILABLE)) : of(0)));
      marbles(({ expectObservable }) => {
        const forwarding = shipper({ put }, {
          random: () => 1,
          spool: spoolOf({ remove: (path) => { removed.push(path); return EMPTY; } }),
        });
        expectObservable(forwarding.forward(FILE)).toBe('76200ms |');
      })();
      expect(names).toHaveLength(20);
      expect(removed).toStrictEqual(['/spool/7']);
    });

    it('enters another number in the spool before an object has it: a restart would take a third one', () => {
      const steps: string[] = [];
      const put: Engine['put'] = ({ name }) => {
        steps.push(`put ${name}`);
        return name === '7.file' ? throwError(() => TAKEN) : of(0);
      };
      const spool = spoolOf({
        renumber: ({ id }, other) => { steps.push(`renumber ${id} ${other}`); return EMPTY; },
        remove: (path) => { steps.push(`remove ${String(path)}`); return EMPTY; },
      });
      marbles(({ expectObservable }) => {
        const numbers = { next: () => of(8) };
        expectObservable(shipper({ put }, { spool, numbers }).forward(FILE)).toBe('|');
      })();
      expect(steps).toStrictEqual(['put 7.file', 'renumber 7 8', 'put 8.file', 'remove /spool/8']);
    });

    it.each([
      ['leaves alone what somebody has removed', 'ENOENT', undefined],
      ['reports what it cannot read, and leaves it for the next start', 'EIO', 'EIO'],
    ])('%s', (_, code, reported) => {
      const health = new Health(() => 0);
      const spool = spoolOf({
        sizeOf: () => throwError(() => failed(Object.assign(new Error('x'), { code }))),
        remove: () => throwError(() => new Error('removed')),
      });
      marbles(({ expectObservable }) => {
        expectObservable(shipper({}, { health, spool }).forward(FILE)).toBe('|');
      })();
      expect((health.error?.cause as { code?: string } | undefined)?.code).toBe(reported);
    });
  });
});
