import { concat, map, tap, toArray } from 'rxjs';
import { StoreError } from '../../src/errors.js';
import {
  fakeConnection,
  fakeUplink,
  level,
  marbles,
  memoryPart,
  memoryStore,
} from '../../src/testing/index.js';
import { bytes } from '../support/bytes.js';
import { ending, first, thrownBy } from '../support/outcome.js';

const [a, b] = [bytes('a'), bytes('bb')];
const ORIGIN = { connection: 1, peer: '192.0.2.1:5000' };

// prettier-ignore
describe('a fake connection', () => {
  it('emits its marbles, and records our FIN', marbles(({ cold, expectObservable }) => {
    const data       = cold('-a-b|           ', { a, b });
    const end        = cold('    --|         ');
    const expected   = '     -a-b--|         ';
    const sees       = '     ------F         ';
    const connection = fakeConnection({ bytes$: data, end$: end });
    expectObservable(concat(connection.bytes$, connection.end('OK'))).toBe(expected, { a, b });
    expectObservable(connection.sees$).toBe(sees);
  }));

  it('records the text before our FIN', async () => {
    const connection = fakeConnection();
    await ending(connection.end('OK'));
    expect(connection.sentText()).toBe('OK');
  });

  it('records an RST before our FIN, and none after it', marbles(({ expectObservable }) => {
    const [reset, ended] = [fakeConnection(), fakeConnection()];
    reset.abort();
    ended.end().subscribe();
    ended.abort();
    expectObservable(reset.sees$).toBe('(R|)');
    expectObservable(ended.sees$).toBe('(F|)');
  }));
});

// prettier-ignore
describe('a fake uplink', () => {
  it('records its calls, and when they come', marbles(({ cold, expectObservable }) => {
    const data   = cold('-a-b|', { a, b });
    const calls  = '     -a-bF';
    const uplink = fakeUplink();
    const write$ = data.pipe(tap((chunk) => { uplink.write(chunk); }));
    expectObservable(concat(write$, uplink.end())).toBe('-a-b|', { a, b });
    expectObservable(uplink.calls$).toBe(calls, { a, b, F: 'FIN' });
  }));

  it('reports its level as accepted bytes', marbles(({ cold, expectObservable }) => {
    const uplink   = fakeUplink({ taken: level('0 999ms 2') });
    const look     = cold('     -l- 997ms (l|)');
    const expected = '          -b- 997ms (z|)';
    uplink.write(b);
    expectObservable(look.pipe(map(() => uplink.pending()))).toBe(expected, { b: 2, z: 0 });
  }));
});

describe('a part in memory', () => {
  it('counts bytes, not letters', () => {
    const part = memoryPart().write(bytes('grün'));
    expect(part.size).toBe(5);
  });

  it('has the file once it is committed', async () => {
    const part = memoryPart();
    part.write(a).write(b);
    await ending(part.commit());
    part.release();
    expect(await first(part.file$.pipe(toArray()))).toStrictEqual(['abb']);
  });

  it('has ERROR once it has failed', async () => {
    const part = memoryPart();
    part.write(a);
    part.release();
    expect(await first(part.file$)).toBe('ERROR');
  });

  it('accepts no more than it has room for', () => {
    const part = memoryPart({ room: 2 });
    part.write(a);
    expect(thrownBy(() => part.write(b))).toBeInstanceOf(StoreError);
  });
});

describe('a store in memory', () => {
  it('counts its parts from one', async () => {
    const store = memoryStore();
    const parts = [store.begin(ORIGIN), store.begin(ORIGIN)];
    expect(await Promise.all(parts.map(({ id$ }) => first(id$)))).toStrictEqual([1, 2]);
  });
});
