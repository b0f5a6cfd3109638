import { EMPTY, NEVER } from 'rxjs';
import { ResetError, ShutdownError, TlsError } from '../../src/errors.js';
import { receiveAll, type ReceiveAllOptions } from '../../src/server/receiveAll.js';
import { stopping, type StoppingOptions } from '../../src/server/stopping.js';
import type { FakeConnection } from '../../src/testing/index.js';
import { bytes } from '../support/bytes.js';
import { failed, opened, received, refused, stopped } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryStore } from '../support/parts.js';
import { fakeSender } from '../support/sender.js';

const BYTES = { a: bytes('a'), b: bytes('b'), c: bytes('c') };
const RESET = new ResetError();
const SHUTDOWN = new ShutdownError();
const A = opened(1);
const B = opened(2);
const x = stopped;

const serving = ({
  stop$,
  drain,
  ...options
}: Omit<ReceiveAllOptions<FakeConnection>, 'store'> & StoppingOptions) =>
  stopping({ stop$, drain }, (phase$) => receiveAll({ ...options, store: memoryStore(), phase$ }));

/** Rows as in `receiveAll-spec.ts`: `x` is the end of the server. */
// prettier-ignore
describe('a server that ends by itself', () => {
  it('ends with the last file of the count, for which failed transfers do not count', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a|         ', BYTES);
    const b               = hot('-----b#      ', BYTES, RESET);
    const c               = hot('---------c-| ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b), C: fakeSender(c) };
    const connections     = hot('-A--B---C----', senders);
    const connectionsSubs = '    ^----------! ';
    const expected        = '    -A-aB-b-C--(cx|)';

    expectObservable(serving({ connections$: connections, count: 2 })).toBe(expected, {
      A, a: received({ id: 1, bytes: 1, ms: 2 }),
      B, b: failed(RESET, { id: 2, bytes: 1, ms: 2 }),
      C: opened(3), c: received({ id: 3, bytes: 1, ms: 3 }), x,
    });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
  }));

  it('refuses connections beyond the count until one in flight has failed', marbles(({ hot, expectObservable }) => {
    const a           = hot('-----------|     ', BYTES);
    const b           = hot('------#          ', BYTES, RESET);
    const d           = hot('---------------| ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(b), C: fakeSender(NEVER), D: fakeSender(d) };
    const connections = hot('-AB-C---D--------', senders);
    const peerC       = '    ----(R|)         ';
    const expected    = '    -AB-c-b-D--a---(dx|)';

    expectObservable(serving({ connections$: connections, count: 2 })).toBe(expected, {
      A, a: received({ id: 1, bytes: 0, ms: 10 }),
      B, b: failed(RESET, { id: 2, bytes: 0, ms: 4 }),
      c: refused('COUNT', { connection: 3 }),
      D: opened(3, 4), d: received({ id: 3, connection: 4, bytes: 0, ms: 7 }), x,
    });
    expectObservable(senders.C.sees$).toBe(peerC);
  }));

  it('refuses connections while the transfers in flight may complete the count', marbles(({ hot, expectObservable }) => {
    const a           = hot('--|              ', BYTES);
    const b           = hot('----------|      ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(b), C: fakeSender(NEVER) };
    const connections = hot('-A-B--C----------', senders);
    const expected    = '    -AaB--c---(bx|)  ';

    expectObservable(serving({ connections$: connections, count: 2 })).toBe(expected, {
      A, a: received({ id: 1, bytes: 0, ms: 1 }),
      B, b: received({ id: 2, bytes: 0, ms: 7 }),
      c: refused('COUNT', { connection: 3 }), x,
    });
  }));

  it('ends after the first transfer if that is saved, and refuses every other connection', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a--|        ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(NEVER) };
    const connections     = hot('-A-B----------', senders);
    const connectionsSubs = '    ^----!        ';
    const peerB           = '    ---(R|)       ';
    const expected        = '    -A-b-(ax|)    ';

    expectObservable(serving({ connections$: connections, once: true, count: 3 })).toBe(expected, {
      A, a: received({ bytes: 1, ms: 4 }), b: refused('COUNT', { connection: 2 }), x,
    });
    expectObservable(senders.B.sees$).toBe(peerB);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
  }));

  it('ends after the first transfer if that fails', marbles(({ hot, expectObservable }) => {
    const a           = hot('--a--#        ', BYTES, RESET);
    const connections = hot('-A------------', { A: fakeSender(a) });
    const expected    = '    -A---(ax|)    ';

    expectObservable(serving({ connections$: connections, once: true })).toBe(expected, {
      A, a: failed(RESET, { bytes: 1, ms: 4 }), x,
    });
  }));

  it('does not count a failed handshake as a transfer', marbles(({ cold, hot, expectObservable }) => {
    const a           = hot(' ---------|        ', BYTES);
    const senders     = { A: fakeSender(NEVER), B: fakeSender(a) };
    const connections = hot(' -A---B------------', senders);
    const handA       = cold('--#               ', senders, new TlsError());
    const handB       = cold('    -(B|)         ', senders);
    const expected    = '     ---a--B--(bx|)   ';

    const handshake = (sender: FakeConnection) => (sender === senders.A ? handA : handB);
    expectObservable(serving({ connections$: connections, once: true, handshake })).toBe(expected, {
      a: refused('TLS', { error: new TlsError() }), B: opened(1, 2), b: received({ connection: 2, bytes: 0, ms: 3 }), x,
    });
  }));

  it('drains transfers in flight at a stop before the count is complete (S3)', marbles(({ hot, expectObservable }) => {
    const a           = hot('--a------------', BYTES);
    const connections = hot('-A-------------', { A: fakeSender(a) });
    const stop        = hot('---s-----------');
    const expected    = '    -A--- 5ms (ax|)';

    expectObservable(serving({ connections$: connections, stop$: stop, drain: 7, count: 9 })).toBe(expected, {
      A, a: failed(SHUTDOWN, { bytes: 1, ms: 9 }), x,
    });
  }));

  it('ends after a time without a connection, counted from its start', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const connections     = hot<FakeConnection>('-                 ');
    const connectionsSubs = '    ^ 59999ms !       ';
    const expected        = '    - 59999ms (x|)    ';

    expectObservable(serving({ connections$: connections, exitIdle: 60_000, lookAgain$: EMPTY })).toBe(expected, { x });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
  }));

  it('counts that time from the end of the last transfer, however long it takes', marbles(({ hot, expectObservable }) => {
    const a           = hot('-- 4s a 4s |                 ', BYTES);
    const b           = hot('-- 4s - 4s - 999ms |         ', BYTES);
    const connections = hot('-A 4s - 4s B                 ', { A: fakeSender(a), B: fakeSender(b) });
    const expected    = '    -A 4s - 4s (aB) 996ms b 999ms (x|)';

    expectObservable(serving({ connections$: connections, exitIdle: 1_000, lookAgain$: EMPTY })).toBe(expected, {
      A, a: received({ id: 1, bytes: 1, ms: 8_002 }),
      B, b: received({ id: 2, bytes: 0, ms: 1_000 }), x,
    });
  }));

  it('counts a handshake as a connection, but not a refused one', marbles(({ cold, hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER, EMPTY, '192.0.2.9:1') };
    const connections = hot(' ------A---------B-----', senders);
    const hand        = cold('      --------#       ', senders, new TlsError());
    const expected    = '     --------------a-b-------(x|)';

    const admits = (address: string) => address !== '192.0.2.9';
    const result = serving({ connections$: connections, exitIdle: 10, lookAgain$: EMPTY, handshake: () => hand, admits });
    expectObservable(result).toBe(expected, {
      a: refused('TLS', { error: new TlsError() }), b: refused('DENIED', { connection: 2, peer: '192.0.2.9:1' }), x,
    });
  }));

  it('looks once more for a waiting connection, in case the process was suspended', marbles(({ cold, hot, expectObservable }) => {
    const connections = hot('-----------A-------', { A: fakeSender(NEVER) });
    const poll        = cold('--(p|)            ');
    const unsub       = '    ------------------!';
    const expected    = '    -----------A-------';

    const result = serving({ connections$: connections, exitIdle: 9, lookAgain$: poll, idleTimeout: Infinity });
    expectObservable(result, unsub).toBe(expected, { A });
  }));

  it('never ends idle without the option', marbles(({ hot, expectObservable }) => {
    const connections = hot<FakeConnection>('-                 ');
    const unsub       = '    - 2000000000ms !  ';
    const expected    = '    -                 ';

    expectObservable(serving({ connections$: connections }), unsub).toBe(expected);
  }));
});
