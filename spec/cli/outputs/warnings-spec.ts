import type { Observable } from 'rxjs';
import { problems } from '../../../src/cli/outputs/problems.js';
import { toWarnings } from '../../../src/cli/outputs/warnings.js';
import { errorData } from '../../../src/errorData.js';
import {
  IdleTimeoutError,
  NoRoomError,
  ResetError,
  type ServerEvent,
  StoreError,
  TlsError,
} from '../../../src/index.js';
import {
  failed as failedFact,
  failedWithoutFile,
  opened,
  received,
  refused as refusedFact,
  STAMP,
} from '../../support/events.js';
import { marbles } from '../../support/marbles.js';

const cause = new Error('the disk is gone');
const peer = '127.0.0.1:40000';
const FACTS = { peer, bytes: 5, ms: 1 };

const failed = (id: number, error: Error): ServerEvent => ({
  ...STAMP,
  ...failedFact(error, { ...FACTS, id }),
});

const refused = (...facts: Parameters<typeof refusedFact>): ServerEvent => ({
  ...STAMP,
  ...refusedFact(facts[0], { peer, ...facts[1] }),
});

const CLIENT = { name: 'mal\nlory', names: [], fingerprint: 'AB' };

const EVENTS: Readonly<Record<string, ServerEvent>> = {
  l: { type: 'listening', ...STAMP, address: '::', port: 5000 },
  o: { ...STAMP, ...opened() },
  r: { ...STAMP, ...received(FACTS) },
  i: failed(1, new IdleTimeoutError(10_000)),
  x: failed(1, new ResetError()),
  a: failed(1, new StoreError({ cause })),
  b: failed(2, new StoreError({ cause })),
  c: failed(3, new StoreError({ cause })),
  u: {
    ...STAMP,
    ...failedFact(new ResetError(), { ...FACTS, id: 4 }),
    fileError: errorData(new StoreError({ cause })),
  },
  z: failed(5, new TypeError('x is no function')),
  s: { type: 'stopped', ...STAMP },
  d: refused('DENIED'),
  m: refused('MAX_CONNECTIONS'),
  h: refused('MAX_PER_HOST'),
  t: refused('TLS', { error: new TlsError({ cause }) }),
  y: refused('MAX_RATE_PER_HOST'),
  v: { ...STAMP, ...refusedFact('TLS_NAME', { peer }), client: CLIENT },
  k: refused('UNKNOWN_PEER', { peer: 'unknown:0' }),
  f: refused('OPEN_FILES'),
  e: { type: 'reduced', ...STAMP, asked: 5_000, maxConnections: 12 },
  w: { ...STAMP, ...failedWithoutFile(new StoreError({ cause }), FACTS) },
  n: failed(6, new NoRoomError(67_108_864)),
};

const LINES = {
  A: 'WARNING: 1.file from 127.0.0.1:40000: cannot save the file: the disk is gone',
  B: 'WARNING: 2.file from 127.0.0.1:40000: cannot save the file: the disk is gone',
  C: 'WARNING: 3.file from 127.0.0.1:40000: cannot save the file: the disk is gone (and 1 more)',
  D: 'WARNING: 1.file from 127.0.0.1:40000: cannot save the file: the disk is gone (and 2 more)',
  U: 'WARNING: 4.file could not be written, not even as ERROR: cannot save the file: the disk is gone',
  M: 'WARNING: refused 127.0.0.1:40000: too many connections at once (--max-connections)',
  H: 'WARNING: refused 127.0.0.1:40000: too many connections from its address at once (--max-per-host)',
  T: 'WARNING: refused 127.0.0.1:40000: TLS failed: the disk is gone',
  S: 'WARNING: refused 127.0.0.1:40000: TLS failed: the disk is gone (and 2 more)',
  K: 'WARNING: refused unknown:0: its address cannot be determined, and an option depends on it',
  Y: 'WARNING: refused 127.0.0.1:40000: too many connections from its address within a minute (--max-rate-per-host)',
  V: 'WARNING: refused mal\\x0alory (127.0.0.1:40000): no name in its certificate is allowed (--tls-allow)',
  F: 'WARNING: refused 127.0.0.1:40000: the open-files limit is reached (ulimit -n)',
  E: 'WARNING: --max-connections 5000 is reduced to 12: the open-files limit (ulimit -n) allows no more',
  W: 'WARNING: a file without a number from 127.0.0.1:40000: cannot save the file: the disk is gone',
  N: 'WARNING: 6.file from 127.0.0.1:40000: less than 64 MiB of disk space is free (--min-free)',
  Z: 'WARNING: 5.file from 127.0.0.1:40000: a bug in rxdrop: TypeError: x is no function',
};

const warningsOf = (events$: Observable<ServerEvent>) => problems()(events$).pipe(toWarnings());

// prettier-ignore
describe('toWarnings', () => {
  it('warns about the open-files limit, unknown peers and files without a number', marbles(({ hot, expectObservable }) => {
    const events   = hot('e 2s k 2s f 2s w', EVENTS);
    const expected = '    E 2s K 2s F 2s W';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
  }));

  it('warns of names and rates', marbles(({ hot, expectObservable }) => {
    const events   = hot('y 2s v', EVENTS);
    const expected = '    Y 2s V';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
  }));

  it('reports only problems of the server itself (S11)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const events    = hot('lorixsd 1s a 999ms u 999ms z 999ms m 999ms h 999ms n 999ms |', EVENTS);
    const eventSubs = '    ^------ 1s - 999ms - 999ms - 999ms - 999ms - 999ms - 999ms !';
    const expected  = '    ------- 1s A 999ms U 999ms Z 999ms M 999ms H 999ms N 999ms |';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
    expectSubscriptions(events.subscriptions).toBe(eventSubs);
  }));

  it('emits the first warning at once, and then at most one per second, with a count (S11)', marbles(({ hot, expectObservable }) => {
    const events   = hot('abc 997ms - bca 996ms - 1s b', EVENTS);
    const expected = '    A-- 997ms C --- 996ms D 1s B';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
  }));

  it('prefers problems to refusals, in any order (S11)', marbles(({ hot, expectObservable }) => {
    const events   = hot('tttabmh 993ms - ttt 996ms - ', EVENTS);
    const expected = '    T------ 993ms b --- 996ms S ';
    expectObservable(warningsOf(events)).toBe(expected, {
      ...LINES, b: `${LINES.B} (and 5 more)`,
    });
  }));

  it('counts no warning that it has already emitted', marbles(({ hot, expectObservable }) => {
    const events   = hot('a 999ms -b 998ms -', EVENTS);
    const expected = '    A 999ms -B 998ms -';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
  }));

  it('emits a pending warning when the server stops (S11)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const events    = hot('abc 500ms s|', EVENTS);
    const eventSubs = '    ^-- 500ms -!';
    const expected  = '    A-- 500ms -(C|)';
    expectObservable(warningsOf(events)).toBe(expected, LINES);
    expectSubscriptions(events.subscriptions).toBe(eventSubs);
  }));

  it('unsubscribes from the events at once', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const events    = hot('ab------', EVENTS);
    const unsub     = '    ---!    ';
    const eventSubs = '    ^--!    ';
    const expected  = '    A-------';
    expectObservable(warningsOf(events), unsub).toBe(expected, LINES);
    expectSubscriptions(events.subscriptions).toBe(eventSubs);
  }));
});
