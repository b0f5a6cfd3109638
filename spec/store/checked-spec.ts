import { availableParallelism } from 'node:os';
import { catchError, concat, defer, EMPTY, merge, NEVER, of, throwError } from 'rxjs';
import { CheckError } from '../../src/errors.js';
import { checked, type ReceivedFile } from '../../src/node/index.js';
import type { Origin, Part, Store } from '../../src/store/store.js';
import { memoryPart, type PartMarbles } from '../../src/testing/index.js';
import { ending } from '../support/outcome.js';
import { marbles } from '../support/marbles.js';

const ORIGIN: Origin = {
  connection: 9,
  peer: '192.0.2.1:5000',
  client: { name: 'alice', names: [], fingerprint: '' },
};
const PATH = '/in/.part';
const REFUSED = new CheckError('infected', { status: 1 });

/** A store whose parts are these, one after the other. */
const storeOf = (...parts: readonly Part[]): Store => {
  const rest = parts.values();
  return { begin: () => rest.next().value ?? memoryPart() };
};

const part = (marbles: PartMarbles = {}) => memoryPart({ flush$: of(PATH), ...marbles });
const written = (part: Part) => part.write(Buffer.from('abc'));

// prettier-ignore
describe('checked', () => {
  it('has the usage of the store', () => {
    const usage$ = of({ files: 1 });
    expect(checked({ ...storeOf(), usage$ }, () => EMPTY).usage$).toBe(usage$);
  });

  it('checks a file before it is committed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const flush      = cold('--p       ', { p: PATH });
    const check      = cold('  ---|    ');
    const commit     = cold('     --|  ');
    const flushSubs  = '     ^-!       ';
    const checkSubs  = '     --^--!    ';
    const commitSubs = '     -----^-!  ';
    const expected   = '     -------|  ';
    const file       = '     -------a  ';
    const kept = part({ flush$: flush, commit$: commit });
    const store = checked(storeOf(kept), () => check);
    expectObservable(defer(() => written(store.begin(ORIGIN)).commit())).toBe(expected);
    expectObservable(kept.file$).toBe(file, { a: 'abc' });
    expectSubscriptions(flush.subscriptions).toBe(flushSubs);
    expectSubscriptions(check.subscriptions).toBe(checkSubs);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
  }));

  it('never commits a file that is refused, which can still fail', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const check    = cold('---#', undefined, REFUSED);
    const commit   = cold('|   ');
    const expected = '     ---#';
    const file     = '     ---e';
    const kept = part({ commit$: commit });
    const refused = checked(storeOf(kept), () => check).begin(ORIGIN);
    const discarded = refused.commit().pipe(catchError((error: unknown) => concat(refused.fail(), throwError(() => error))));
    expectObservable(discarded).toBe(expected, undefined, REFUSED);
    expectObservable(kept.file$).toBe(file, { e: 'ERROR' });
    expectSubscriptions(commit.subscriptions).toBe([]);
  }));

  it('runs as many checks at a time as its concurrency; the others wait, flushed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const check     = cold('---|        ');
    const checkSubs = [     '^--!        ',
                            '^--!        ',
                            '---^--!     '];
    const store = checked(storeOf(part(), part(), part()), () => check, { concurrency: 2 });
    expectObservable(store.begin(ORIGIN).commit()).toBe('---|   ');
    expectObservable(store.begin(ORIGIN).commit()).toBe('---|   ');
    expectObservable(store.begin(ORIGIN).commit()).toBe('------|');
    expectSubscriptions(check.subscriptions).toBe(checkSubs);
  }));

  it('runs as many checks at a time as there are processors by default', () => {
    let running = 0;
    const check = () => defer(() => { running++; return NEVER; });
    const parts = Array.from({ length: availableParallelism() + 2 }, () => part());
    const store = checked(storeOf(...parts), check);
    merge(...parts.map(() => store.begin(ORIGIN).commit())).subscribe();
    expect(running).toBe(availableParallelism());
  });

  it('ends waiting checks by the error of abort$; running checks end by their own means', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const abort     = hot<never>('--#     ');
    const check     = cold('      ----|   ');
    const checkSubs = '           ^---!   ';
    const store = checked(storeOf(part(), part()), () => check, { concurrency: 1, abort$: abort });
    expectObservable(store.begin(ORIGIN).commit()).toBe('----|');
    expectObservable(store.begin(ORIGIN).commit()).toBe('--#');
    expectSubscriptions(check.subscriptions).toBe(checkSubs);
  }));

  it('ends a check whose commit is unsubscribed, and runs the next one', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const check     = cold('---|      ');
    const unsub     = '     -!        ';
    const checkSubs = ['    ^!        ',
                       '    -^--!     '];
    const store = checked(storeOf(part(), part()), () => check, { concurrency: 1 });
    expectObservable(store.begin(ORIGIN).commit(), unsub).toBe('--');
    expectObservable(store.begin(ORIGIN).commit()).toBe('----|');
    expectSubscriptions(check.subscriptions).toBe(checkSubs);
  }));

  it('checks nothing if the bytes cannot be flushed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const flush = cold('--#');
    const check = cold('|');
    expectObservable(checked(storeOf(part({ flush$: flush })), () => check).begin(ORIGIN).commit()).toBe('--#');
    expectSubscriptions(check.subscriptions).toBe([]);
  }));
});

describe('a checked part', () => {
  it('passes all known facts of the file to the check', () => {
    const seen: ReceivedFile[] = [];
    const look = (facts: ReceivedFile) => {
      seen.push(facts);
      return EMPTY;
    };
    written(checked(storeOf(part()), look).begin(ORIGIN))
      .commit({ sha256: 'ab' })
      .subscribe();
    const { peer, client } = ORIGIN;
    expect(seen).toStrictEqual([
      { file: PATH, bytes: 3, peer, id: undefined, client, sha256: 'ab' },
    ]);
  });

  it('passes the hash on, and accepts a commit without one', () => {
    const seen: unknown[] = [];
    const inner = Object.assign(part(), {
      commit: (whole: unknown) => {
        seen.push(whole);
        return EMPTY;
      },
    });
    const store = checked(storeOf(inner, inner), () => of('passed'));
    store.begin(ORIGIN).commit({ sha256: 'ab' }).subscribe();
    store.begin(ORIGIN).commit().subscribe();
    expect(seen).toStrictEqual([{ sha256: 'ab' }, {}]);
  });

  it('behaves like its part in everything else', async () => {
    const inner = part({ id$: of(7), full$: of(true) });
    const outer = checked(storeOf(Object.assign(inner, { id: 7 })), () => EMPTY).begin(ORIGIN);
    expect(written(outer)).toBe(outer);
    expect({ ...{ id: outer.id, size: outer.size, name: outer.fileName(7) } }).toStrictEqual({
      id: 7,
      size: 3,
      name: '7.file',
    });
    expect([outer.id$, outer.full$, outer.flush?.()].map(valueOf)).toStrictEqual([7, true, PATH]);
    const files: string[] = [];
    void inner.file$.forEach((file) => files.push(file));
    outer.release();
    expect(files).toStrictEqual(['ERROR']);
    expect(await ending(inner.file$)).toBe('completed');
  });

  it('begins with the origin', () => {
    const origins: Origin[] = [];
    const store: Store = {
      begin(origin) {
        origins.push(origin);
        return part();
      },
    };
    checked(store, () => EMPTY).begin(ORIGIN);
    expect(origins).toStrictEqual([ORIGIN]);
  });

  it('fails if the store cannot show its bytes, and so does one that is checked twice', async () => {
    for (const wrap of [(s: Store) => s, (s: Store) => checked(s, () => EMPTY)]) {
      const store = checked(wrap(storeOf(memoryPart())), () => EMPTY);
      const error = await ending(store.begin(ORIGIN).commit());
      expect(error).toMatchObject({ name: 'StoreError' });
      expect(error).toHaveProperty('cause.message', expect.stringContaining('no file that could'));
    }
  });

  it('is checked twice if its store is', () => {
    const checks: string[] = [];
    const note = (name: string) => () =>
      defer(() => {
        checks.push(name);
        return EMPTY;
      });
    const store = checked(checked(storeOf(part()), note('inner')), note('outer'));
    store.begin(ORIGIN).commit().subscribe();
    expect(checks).toStrictEqual(['outer', 'inner']);
  });
});

const valueOf = (source?: { subscribe(next: (value: unknown) => void): unknown }): unknown => {
  let seen: unknown;
  source?.subscribe((value) => (seen = value));
  return seen;
};
