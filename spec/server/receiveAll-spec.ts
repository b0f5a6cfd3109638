import { jest } from '@jest/globals';
import { concat, EMPTY, filter, from, map, NEVER, type Observable, of, throwError } from 'rxjs';
import {
  IdleTimeoutError,
  ListenError,
  ProxyHeaderError,
  ResetError,
  ShutdownError,
  StoreError,
  TlsError,
  TooLargeError,
} from '../../src/errors.js';
import type { Identity } from '../../src/identity.js';
import { receiveAll, type ReceiveAllOptions } from '../../src/server/receiveAll.js';
import { stopping, type StoppingOptions } from '../../src/server/stopping.js';
import type { Part } from '../../src/store/store.js';
import type { FakeConnection } from '../../src/testing/index.js';
import { bytes } from '../support/bytes.js';
import {
  failed,
  failedWithoutFile,
  opened,
  received,
  refused,
  stopped,
} from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryPart, memoryStore } from '../support/parts.js';
import { fakeSender, PEER } from '../support/sender.js';

const BYTES = { a: bytes('a'), b: bytes('b'), c: bytes('c') };
const IDLE = new IdleTimeoutError(10_000);
const NO_TLS = new TlsError();
const MALFORMED = new ProxyHeaderError('malformed');
const unchanged = (sender: FakeConnection) => of(sender);
const OTHER = '192.0.2.2:5000';
const SHUTDOWN = new ShutdownError();
const A = opened(1);
const B = opened(2);
const C = opened(3);
const x = stopped;

/** Receives until the stop. */
const serving = ({
  stop$,
  drain,
  patience,
  ...options
}: ReceiveAllOptions<FakeConnection> & StoppingOptions) =>
  stopping({ stop$, drain, patience }, (phase$) => receiveAll({ ...options, phase$ }));

/*
 * Rows: the connections `A`, `B`, `C` send `a`, `b`, `c`. In `expected`, a capital is a connection that opens, its
 * small letter the end of its transfer, and `x` the end of the server. `files` are the files under their numbers.
 * `peerA` is what `A` receives (`F`: our FIN, `R`: an RST, `|`: we closed).
 */
// prettier-ignore
describe('receiveAll', () => {
  it('numbers files in the order of their connections, not of their ends (S5)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a------a|', BYTES);
    const b               = hot('----b--|   ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b) };
    const connections     = hot('-A-B-------', senders);
    const connectionsSubs = '    ^----------';
    const aSubs           = '    -^--------!';
    const bSubs           = '    ---^---!   ';
    const files           = '    -------b--a';
    const expected        = '    -A-B---b--a';

    const store = memoryStore();
    expectObservable(serving({ connections$: connections, store })).toBe(expected, {
      A, a: received({ id: 1, bytes: 2, ms: 9 }),
      B, b: received({ id: 2, bytes: 1, ms: 4 }),
    });
    expectObservable(store.files$).toBe(files, { a: '1.file: aa', b: '2.file: b' });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('does not let a broken connection disturb the others (S4, S7)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const reset           = new ResetError();
    const a               = hot('----#                     ', BYTES, reset);
    const b               = hot('-                         ', BYTES);
    const c               = hot('-----c 9s c 3s |          ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b), C: fakeSender(c) };
    const connections     = hot('ABC                       ', senders);
    const connectionsSubs = '    ^                         ';
    const aSubs           = '    ^---!                     ';
    const bSubs           = '    -^ 9999ms !               ';
    const cSubs           = '    --^-- 12002ms !           ';
    const files           = '    ----a 9996ms b 2005ms c   ';
    const peerA           = '    ----(R|)                  ';
    const peerB           = '    ----- 9996ms (R|)         ';
    const peerC           = '    ----- 9996ms - 2005ms (F|)';
    const expected        = '    ABC-a 9996ms b 2005ms c   ';

    const store = memoryStore();
    expectObservable(serving({ connections$: connections, store })).toBe(expected, {
      A, a: failed(reset, { id: 1, bytes: 0, ms: 4 }),
      B, b: failed(IDLE, { id: 2, bytes: 0, ms: 10_000 }),
      C, c: received({ id: 3, bytes: 2, ms: 12_005 }),
    });
    expectObservable(store.files$).toBe(files, { a: '1.file: ERROR', b: '2.file: ERROR', c: '3.file: cc' });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectObservable(senders.B.sees$).toBe(peerB);
    expectObservable(senders.C.sees$).toBe(peerC);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
  }));

  it('gives every connection a clock of its own (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a           = hot('-                           ', BYTES);
    const b           = hot('- 4999ms - 4999ms b         ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(b) };
    const connections = hot('A 4999ms B                  ', senders);
    const aSubs       = '    ^ 9999ms !                  ';
    const bSubs       = '    - 4999ms ^ 14999ms !        ';
    const expected    = '    A 4999ms B 4999ms a 9999ms b';

    expectObservable(serving({ connections$: connections, store: memoryStore() })).toBe(expected, {
      A, a: failed(IDLE, { id: 1, bytes: 0, ms: 10_000 }),
      B, b: failed(IDLE, { id: 2, bytes: 1, ms: 15_000 }),
    });
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('passes its options to every connection', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a           = hot('--a           ', BYTES);
    const b           = hot('---bb         ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(b) };
    const connections = hot('-AB           ', senders);
    const aSubs       = '    -^--- 1997ms !';
    const bSubs       = '    --^-!         ';
    const expected    = '    -AB-b 1997ms a';

    const result = serving({ connections$: connections, store: memoryStore(), idleTimeout: 2_000, maxSize: 1 });
    expectObservable(result).toBe(expected, {
      A, a: failed(new IdleTimeoutError(2_000), { id: 1, bytes: 1, ms: 2_001 }),
      B, b: failed(new TooLargeError(1), { id: 2, bytes: 1, ms: 2 }),
    });
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('stops at once if no transfer is in flight, even with a drain (S3)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a|     ', BYTES);
    const senders         = { A: fakeSender(a) };
    const connections     = hot('-A----   ', senders);
    const stop            = hot('-----s   ');
    const connectionsSubs = '    ^----!   ';
    const stopSubs        = '    ^----!   ';
    const expected        = '    -A-a-(x|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000 });
    expectObservable(result).toBe(expected, { A, a: received({ bytes: 1, ms: 2 }), x });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  }));

  it('refuses connections that are not admitted or exceed the limit, with an RST and without a number', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a           = hot('--a-----|      ', BYTES);
    const c           = hot('---------c|    ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(NEVER), C: fakeSender(c), D: fakeSender(NEVER, NEVER, '192.0.2.9:1') };
    const connections = hot('-A-B-D---C---  ', senders);
    const aSubs       = '    -^------!      ';
    const peerB       = '    ---(R|)        ';
    const files       = '    --------a-c    ';
    const expected    = '    -A-b-d--aCc    ';

    const store = memoryStore();
    const admits = (address: string) => address !== '192.0.2.9';
    expectObservable(serving({ connections$: connections, store, maxConnections: 1, admits })).toBe(expected, {
      A, a: received({ id: 1, bytes: 1, ms: 7 }),
      b: refused('MAX_CONNECTIONS', { connection: 2 }),
      d: refused('DENIED', { connection: 3, peer: '192.0.2.9:1' }),
      C: opened(2, 4), c: received({ connection: 4, id: 2, bytes: 0, ms: 1 }),
    });
    expectObservable(store.files$).toBe(files, { a: '1.file: a', c: '2.file: ' });
    expectObservable(senders.B.sees$).toBe(peerB);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
  }));

  it('numbers connections in the order of their completed handshakes, and refuses those that fail', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a           = hot(' ------a---|    ', BYTES);
    const b           = hot(' ---b----|      ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(b, EMPTY, OTHER), C: fakeSender(NEVER) };
    const connections = hot(' AB-C-----------', senders);
    const handA       = cold('----(A|)       ', senders);
    const handB       = cold(' -(B|)         ', senders);
    const handC       = cold('   ---#        ', senders, NO_TLS);
    const handASubs   = '     ^---!          ';
    const handBSubs   = '     -^!            ';
    const handCSubs   = '     ---^--!        ';
    const aSubs       = '     ----^-----!    ';
    const bSubs       = '     --^-----!      ';
    const files       = '     --------b-a    ';
    const expected    = '     --B-A-c-b-a    ';

    const hands = new Map([[senders.A, handA], [senders.B, handB], [senders.C, handC]]);
    const store = memoryStore();
    const handshake = (sender: FakeConnection) => hands.get(sender) ?? NEVER;
    expectObservable(serving({ connections$: connections, store, handshake })).toBe(expected, {
      B: { ...opened(1, 2), peer: OTHER }, b: received({ connection: 2, id: 1, peer: OTHER, bytes: 1, ms: 6 }),
      A: opened(2, 1), a: received({ connection: 1, id: 2, bytes: 1, ms: 6 }),
      c: refused('TLS', { connection: 3, error: NO_TLS }),
    });
    expectObservable(store.files$).toBe(files, { a: '2.file: a', b: '1.file: b' });
    expectSubscriptions(handA.subscriptions).toBe(handASubs);
    expectSubscriptions(handB.subscriptions).toBe(handBSubs);
    expectSubscriptions(handC.subscriptions).toBe(handCSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('reports the identity of the client, and passes it to the store', marbles(({ cold, hot, expectObservable, flush }) => {
    const client      = { name: 'alice', names: ['DNS:alice.example'], fingerprint: 'AB' };
    const a           = cold('a|    ', BYTES);
    const senders     = { A: { ...fakeSender(a), client } };
    const connections = hot(' -A-----', senders);
    const expected    = '     -Aa----';

    const store = memoryStore();
    const begin = jest.spyOn(store, 'begin');
    expectObservable(serving({ connections$: connections, store })).toBe(expected, {
      A: { ...opened(1), client },
      a: { ...received({ bytes: 1, ms: 1 }), client },
    });
    flush();
    expect(begin).toHaveBeenCalledWith({ connection: 1, peer: PEER, client });
  }));

  it('refuses a client without an admitted name, and admits the next', marbles(({ cold, hot, expectObservable }) => {
    const mallory     = { name: 'mallory', names: [], fingerprint: 'AB' };
    const alice       = { name: 'alice', names: [], fingerprint: 'CD' };
    const shaken      = { A: { ...fakeSender(NEVER), client: mallory }, B: { ...fakeSender(cold('|')), client: alice } };
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot(' A---B----', senders);
    const handA       = cold('--(A|)   ', shaken);
    const handB       = cold('    -(B|)', shaken);
    const peerA       = '     --(R|)   ';
    const expected    = '     --a--(Bb)';

    const store = memoryStore();
    const handshake = (sender: FakeConnection) => (sender === senders.A ? handA : handB);
    const admitsClient = (client?: Identity) => client?.name === 'alice';
    expectObservable(serving({ connections$: connections, store, handshake, admitsClient, maxConnections: 1 })).toBe(expected, {
      a: { ...refused('TLS_NAME'), client: mallory },
      B: { ...opened(1, 2), client: alice },
      b: { ...received({ connection: 2, id: 1, bytes: 0, ms: 0 }), client: alice },
    });
    expectObservable(shaken.A.sees$).toBe(peerA);
  }));

  it('admits so many connections from an address in a minute, ended ones included', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(hot('--|')), B: fakeSender(NEVER), C: fakeSender(NEVER, EMPTY, OTHER), D: fakeSender(NEVER) };
    const connections = hot('-A-BC 59995ms -D   ', senders);
    const unsub       = '    ----- 59995ms ---! ';
    const peerB       = '    ---(R|)            ';
    const expected    = '    -AabC 59995ms -D   ';

    expectObservable(serving({ connections$: connections, store: memoryStore(), maxRatePerHost: 1, idleTimeout: Infinity }), unsub).toBe(expected, {
      A, a: received({ bytes: 0, ms: 1 }), b: refused('MAX_RATE_PER_HOST', { connection: 2 }),
      C: { ...opened(2, 3), peer: OTHER }, D: opened(3, 4),
    });
    expectObservable(senders.B.sees$).toBe(peerB);
  }));

  it('admits a sender behind a proxy by the address in its header, and counts it from its start', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const proxy       = '10.0.0.1:5000';
    const behind      = (peer: string) => fakeSender(NEVER, EMPTY, peer);
    const senders     = { A: behind(proxy), B: behind(proxy), C: behind(proxy), D: behind(proxy) };
    const known       = { A: behind(PEER), B: behind(PEER), C: behind('192.0.2.9:1') };
    const connections = hot(' AB--CD----', senders);
    const headA       = cold('--(A|)    ', known);
    const headB       = cold(' --(B|)   ', known);
    const headC       = cold('    --(C|)', known);
    const headASubs   = '     ^-!       ';
    const peerB       = '     ---(R|)   ';
    const peerC       = '     ------(R|)';
    const peerD       = '     -----(R|) ';
    const expected    = '     --Ab-dc---';
    const unsub       = '     ---------!';

    const heads = new Map([[senders.A, headA], [senders.B, headB], [senders.C, headC]]);
    const proxyHeaders = { readHeader: (sender: FakeConnection) => heads.get(sender) ?? NEVER, refuseHeader: unchanged };
    const isProxy = (address: string) => address === '10.0.0.1';
    const admits = (address: string) => address === '192.0.2.1';
    expectObservable(serving({ connections$: connections, store: memoryStore(), proxyHeaders, isProxy, admits, maxConnections: 2, maxPerHost: 1 }), unsub).toBe(expected, {
      A,
      b: refused('MAX_PER_HOST', { connection: 2 }),
      d: refused('MAX_CONNECTIONS', { connection: 4, peer: proxy }),
      c: refused('DENIED', { connection: 3, peer: '192.0.2.9:1' }),
    });
    expectSubscriptions(headA.subscriptions).toBe(headASubs);
    expectObservable(known.B.sees$).toBe(peerB);
    expectObservable(known.C.sees$).toBe(peerC);
    expectObservable(senders.D.sees$).toBe(peerD);
  }));

  it('refuses a connection from a proxy without a valid header, and gives its place to the next', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot(' A---B-----', senders);
    const headA       = cold('--#       ', senders, MALFORMED);
    const headB       = cold('    -(B|) ', senders);
    const hand        = cold('     -(B|)', senders);
    const peerA       = '     --(R|)    ';
    const handSubs    = '     -----^!   ';
    const expected    = '     --a---B   ';
    const unsub       = '     ---------!';

    const proxyHeaders = { readHeader: (sender: FakeConnection) => (sender === senders.A ? headA : headB), refuseHeader: unchanged };
    expectObservable(serving({ connections$: connections, store: memoryStore(), proxyHeaders, isProxy: () => true, handshake: () => hand, maxConnections: 1, maxPerHost: 1 }), unsub).toBe(expected, {
      a: refused('PROXY', { error: MALFORMED }), B: opened(1, 2),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(hand.subscriptions).toBe(handSubs);
  }));

  it('refuses a header that comes from no proxy, and gives its place to the next', marbles(({ cold, hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER), C: fakeSender(NEVER) };
    const connections = hot(' AC--B---', senders);
    const startA      = cold('--#     ', senders, MALFORMED);
    const startB      = cold('    -(B|)', senders);
    const expected    = '     -ca--B---';
    const unsub       = '     --------!';

    const proxyHeaders = { readHeader: () => NEVER, refuseHeader: (sender: FakeConnection) => (sender === senders.A ? startA : startB) };
    expectObservable(serving({ connections$: connections, store: memoryStore(), proxyHeaders, isProxy: () => false, maxConnections: 2, maxPerHost: 1 }), unsub).toBe(expected, {
      c: refused('MAX_PER_HOST', { connection: 2 }), a: refused('PROXY', { error: MALFORMED }), B: opened(1, 3),
    });
  }));

  it('stops reading headers at the stop, and continues if code behind one throws', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot(' AB-------', senders);
    const stop        = hot(' ----s    ');
    const headA       = cold('--(A|)   ', senders);
    const headB       = cold(' -       ', senders);
    const headBSubs   = '     -^--!    ';
    const expected    = '     --a-(x|) ';

    const cause = new Error('no address');
    const admits = () => { throw cause; };
    const proxyHeaders = { readHeader: (sender: FakeConnection) => (sender === senders.A ? headA : headB), refuseHeader: unchanged };
    expectObservable(serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 10, proxyHeaders, isProxy: () => true, admits })).toBe(expected, {
      a: failedWithoutFile(cause, { bytes: 0, ms: 0 }), x,
    });
    expectSubscriptions(headB.subscriptions).toBe(headBSubs);
  }));

  it('refuses a connection whose handshake exceeds the idle timeout', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const senders     = { A: fakeSender(NEVER) };
    const connections = hot(' -A---         ', senders);
    const hand        = cold(' -             ', senders);
    const handSubs    = '     -^ 9999ms !   ';
    const expected    = '     -- 9999ms a   ';

    expectObservable(serving({ connections$: connections, store: memoryStore(), handshake: () => hand })).toBe(expected, {
      a: refused('TLS', { error: IDLE }),
    });
    expectSubscriptions(hand.subscriptions).toBe(handSubs);
  }));

  it('applies the limits before the handshake, and counts connections in their handshake', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const denied      = fakeSender(NEVER, EMPTY, '192.0.2.9:1');
    const senders     = { A: fakeSender(hot('---------|')), B: fakeSender(NEVER), C: fakeSender(NEVER), D: denied, E: fakeSender(NEVER), F: fakeSender(NEVER) };
    const connections = hot(' AB-DC-----EF-- ', senders);
    const handA       = cold('--(A|)         ', senders);
    const handC       = cold('    --#        ', senders, NO_TLS);
    const handE       = cold('          --   ', senders);
    const handASubs   = '     ^-!            ';
    const handESubs   = '     ----------^---!';
    const peerB       = '     -(R|)          ';
    const unsub       = '     --------------!';
    const expected    = '     -bAdf----a-g   ';

    const hands = new Map([[senders.A, handA], [senders.C, handC], [senders.E, handE]]);
    const handshake = (sender: FakeConnection) => hands.get(sender) ?? throwError(() => new Error('nobody asks'));
    const admits = (address: string) => address !== '192.0.2.9';
    const full = (connection: number) => refused('MAX_CONNECTIONS', { connection });
    expectObservable(serving({ connections$: connections, store: memoryStore(), handshake, admits, maxConnections: 1 }), unsub).toBe(expected, {
      b: full(2), A, d: refused('DENIED', { connection: 3, peer: denied.peer }), f: full(4), a: received({ bytes: 0, ms: 7 }), g: full(6),
    });
    expectSubscriptions(handA.subscriptions).toBe(handASubs);
    expectSubscriptions(handC.subscriptions).toBe([]);
    expectSubscriptions(handE.subscriptions).toBe(handESubs);
    expectObservable(senders.B.sees$).toBe(peerB);
  }));

  it('admits another connection after one fails its handshake', marbles(({ cold, hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot(' A---B--', senders);
    const handA       = cold('--#    ', senders, NO_TLS);
    const handB       = cold('    -(B|)', senders);
    const unsub       = '     -------!';
    const expected    = '     --a--B-';

    const handshake = (sender: FakeConnection) => (sender === senders.A ? handA : handB);
    expectObservable(serving({ connections$: connections, store: memoryStore(), handshake, maxConnections: 1, maxPerHost: 1 }), unsub).toBe(expected, {
      a: refused('TLS', { error: NO_TLS }), B: opened(1, 2),
    });
  }));

  it('receives the first connection that a handshake emits, and no other', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot(' A--------', senders);
    const hand        = cold('--A--B   ', senders);
    const handSubs    = '     ^-!      ';
    const unsub       = '     --------!';
    const expected    = '     --A------';

    const result = serving({ connections$: connections, store: memoryStore(), handshake: () => hand });
    expectObservable(result, unsub).toBe(expected, { A });
    expectSubscriptions(hand.subscriptions).toBe(handSubs);
  }));

  it('aborts handshakes at the stop, because they are no transfers in flight', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a           = hot(' ------a---|      ', BYTES);
    const senders     = { A: fakeSender(a), B: fakeSender(NEVER) };
    const connections = hot(' AB---------------', senders);
    const stop        = hot(' ---s             ');
    const handA       = cold('-(A|)            ', senders);
    const handB       = cold(' -----           ', senders);
    const handBSubs   = '     -^-!             ';
    const expected    = '     -A--------(ax|)';

    const handshake = (sender: FakeConnection) => (sender === senders.A ? handA : handB);
    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 10, handshake });
    expectObservable(result).toBe(expected, { A, a: received({ bytes: 1, ms: 9 }), x });
    expectSubscriptions(handB.subscriptions).toBe(handBSubs);
  }));

  it.each([
    ['in its handshake', { handshake: () => NEVER }],
    ['with a PROXY header', { proxyHeaders: { readHeader: () => NEVER, refuseHeader: unchanged }, isProxy: () => true }],
  ])('resets a connection %s that is accepted after the stop (S7)', (_, options) => { marbles(({ cold, hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER) };
    const connections = hot('--A----', senders);
    const stop        = hot('-s-----');
    const poll        = cold('--p   ');
    const peer        = '    --(R|) ';
    const expected    = '    ----(x|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 20, afterPoll$: poll, ...options });
    expectObservable(result).toBe(expected, { x });
    expectObservable(senders.A.sees$).toBe(peer);
  })(); });

  it('drains a connection that is not known to have no PROXY header', marbles(({ cold, hot, expectObservable }) => {
    const a           = hot(' -----a|      ', BYTES);
    const senders     = { A: fakeSender(a) };
    const connections = hot(' A------------', senders);
    const stop        = hot(' --s----------', senders);
    const head        = cold('---(A|)      ', senders);
    const expected    = '     ---A--(ax|)  ';

    const proxyHeaders = { readHeader: unchanged, refuseHeader: () => head };
    expectObservable(serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 10, proxyHeaders })).toBe(expected, {
      A, a: received({ bytes: 1, ms: 3 }), x,
    });
  }));

  it('fails a connection that is not known to have no PROXY header when the drain is over', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER) };
    const connections = hot(' A----------', senders);
    const stop        = hot(' --s--------', senders);
    const peer        = '     -----(R|)  ';
    const expected    = '     -----(fx|) ';

    const proxyHeaders = { readHeader: unchanged, refuseHeader: () => NEVER };
    expectObservable(serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 3, proxyHeaders })).toBe(expected, {
      f: failedWithoutFile(SHUTDOWN, { bytes: 0, ms: 0 }), x,
    });
    expectObservable(senders.A.sees$).toBe(peer);
  }));

  it('fails one connection only, if its part cannot begin', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER, EMPTY, OTHER), B: fakeSender(hot('----|')) };
    const connections = hot('-A-B-------', senders);
    const peerA       = '    -(R|)      ';
    const peerB       = '    ----(F|)   ';
    const expected    = '    -a-Bb------';

    const cause = new Error('no part');
    const causes = [cause].values();
    const store = {
      begin: (): Part => {
        const { value } = causes.next();
        if (value) throw value;
        return memoryPart();
      },
    };
    expectObservable(serving({ connections$: connections, store, maxConnections: 1, maxPerHost: 1 })).toBe(expected, {
      a: failedWithoutFile(new StoreError({ cause }), { peer: OTHER, bytes: 0, ms: 0 }),
      B: opened(1, 2), b: received({ connection: 2, bytes: 0, ms: 1 }),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectObservable(senders.B.sees$).toBe(peerB);
  }));

  it('fails one connection only, if its number errors', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER, EMPTY, OTHER), B: fakeSender(hot('-------|')) };
    const connections = hot('-A----B----', senders);
    const peerA       = '    -(R|)      ';
    const expected    = '    -(Aa)-Bb---';

    const cause = new Error('no number');
    const parts = [memoryPart({ id$: throwError(() => cause) })].values();
    const store = { begin: (): Part => parts.next().value ?? memoryPart() };
    expectObservable(serving({ connections$: connections, store })).toBe(expected, {
      A: { type: 'opened', connection: 1, peer: OTHER }, a: failedWithoutFile(new StoreError({ cause }), { peer: OTHER, bytes: 0, ms: 0 }),
      B: opened(1, 2), b: received({ connection: 2, bytes: 0, ms: 1 }),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
  }));

  it('fails one connection only, if its address filter throws', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER) };
    const connections = hot('-A-', senders);
    const peerA       = '    -(R|)';
    const expected    = '    -a-';

    const cause = new Error('no verdict');
    const admits = () => { throw cause; };
    expectObservable(serving({ connections$: connections, store: memoryStore(), admits })).toBe(expected, {
      a: failedWithoutFile(cause, { bytes: 0, ms: 0 }),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
  }));

  it.each([
    ['throws', () => { throw NO_TLS; }],
    ['emits nothing', () => EMPTY],
  ])('refuses a sender, and admits the next, if the handshake %s', (_, handshakeOfA: () => Observable<never>) => { marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER), B: fakeSender(NEVER) };
    const connections = hot('-AB', senders);
    const peerA       = '    -(R|)';
    const expected    = '    -aB';

    const handshake = (sender: FakeConnection) => (sender === senders.A ? handshakeOfA() : of(sender));
    expectObservable(serving({ connections$: connections, store: memoryStore(), handshake, maxConnections: 1 }), '----!').toBe(expected, {
      a: refused('TLS', { error: NO_TLS }), B: opened(1, 2),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
  })(); });

  it('refuses a sender before the open-files limit is reached', marbles(({ hot, expectObservable }) => {
    const senders     = { A: fakeSender(NEVER) };
    const connections = hot('-A-', senders);
    const peerA       = '    -(R|)';
    const expected    = '    -a-';

    expectObservable(serving({ connections$: connections, store: memoryStore(), outOfFiles: () => true })).toBe(expected, {
      a: refused('OPEN_FILES'),
    });
    expectObservable(senders.A.sees$).toBe(peerA);
  }));

  it('reports a connection at once, without the number that its file gets later', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a           = hot(' --a---|   ', BYTES);
    const id          = cold(' --(i|)   ', { i: 7 });
    const connections = hot(' -A--------', { A: fakeSender(a) });
    const aSubs       = '     -^----!   ';
    const expected    = '     -A----a   ';

    const store = { begin: () => memoryPart({ id$: id }) };
    expectObservable(serving({ connections$: connections, store })).toBe(expected, {
      A: { type: 'opened', connection: 1, peer: PEER }, a: received({ connection: 1, id: 7, bytes: 1, ms: 5 }),
    });
    expectSubscriptions(a.subscriptions).toBe(aSubs);
  }));

  it('stops at once if the stop came before it listens', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const connections     = hot('-A  ', { A: fakeSender(NEVER) });
    const stop            = of('s');
    const connectionsSubs = '    (^!)';
    const expected        = '    (x|)';

    expectObservable(serving({ connections$: connections, store: memoryStore(), stop$: stop })).toBe(expected, { x });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
  }));

  it('accepts no more connections, fails those in flight, then reports that it has stopped (S3, S7)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a               = hot(' --a---a---a ', BYTES);
    const b               = hot(' ----------- ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b) };
    const connections     = hot(' -A----B---- ', senders);
    const stop            = hot(' -----s----- ');
    const fail            = cold('     --|    ');
    const connectionsSubs = '     ^----!      ';
    const stopSubs        = '     ^------!    ';
    const aSubs           = '     -^---!      ';
    const failSubs        = '     -----^-!    ';
    const files           = '     -------a    ';
    const peerA           = '     -------(R|) ';
    const expected        = '     -A-----(ax|)';

    const store = memoryStore({ fail$: fail });
    expectObservable(serving({ connections$: connections, store, stop$: stop })).toBe(expected, {
      A, a: failed(SHUTDOWN, { bytes: 1, ms: 6 }), x,
    });
    expectObservable(store.files$).toBe(files, { a: '1.file: ERROR' });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe([]);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('ends those in flight a hundred at a time, with a round of the event loop between (S3)', marbles(({ cold, hot, expectObservable }) => {
    const stop            = hot(' ---s       ');
    const poll            = cold('   ---p    ');
    const peer100         = '     ---(R|)    ';
    const peer101         = '     ------(R|) ';
    const expected        = '     ------(x|) ';

    const senders = Array.from({ length: 101 }, () => fakeSender(NEVER));
    const connections = concat(from(senders), NEVER);
    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, afterPoll$: poll });
    expectObservable(result.pipe(filter(({ type }) => type === 'stopped'))).toBe(expected, { x });
    expectObservable(senders[99]?.sees$ ?? EMPTY).toBe(peer100);
    expectObservable(senders[100]?.sees$ ?? EMPTY).toBe(peer101);
  }));

  it('is stopped by the first of several stops; the others change nothing (S3)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a               = hot(' --a---a---a   ', BYTES);
    const senders         = { A: fakeSender(a) };
    const connections     = hot(' -A---------   ', senders);
    const stop            = hot(' ---(sss)--ss  ');
    const fail            = cold('   ------|    ');
    const connectionsSubs = '     ^--!          ';
    const stopSubs        = '     ^--------!    ';
    const aSubs           = '     -^-!          ';
    const failSubs        = '     ---^-----!    ';
    const peerA           = '     ---------(R|) ';
    const expected        = '     -A-------(ax|)';

    const result = serving({ connections$: connections, store: memoryStore({ fail$: fail }), stop$: stop });
    expectObservable(result).toBe(expected, { A, a: failed(SHUTDOWN, { bytes: 1, ms: 8 }), x });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('still saves a file that was received whole before the stop', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a           = hot(' --a|           ', BYTES);
    const senders     = { A: fakeSender(a) };
    const connections = hot(' -A--           ', senders);
    const stop        = hot(' ----s          ');
    const commit      = cold('   500ms |     ');
    const commitSubs  = '     --- ^ 499ms !  ';
    const files       = '     --- 500ms a    ';
    const peerA       = '     --- 500ms (F|) ';
    const expected    = '     -A- 500ms (ax|)';

    const store = memoryStore({ commit$: commit });
    expectObservable(serving({ connections$: connections, store, stop$: stop })).toBe(expected, {
      A, a: received({ bytes: 1, ms: 502 }), x,
    });
    expectObservable(store.files$).toBe(files, { a: '1.file: a' });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(commit.subscriptions).toBe(commitSubs);
  }));

  it('gives the disk 600 ms, and stops even if it does not answer (S3)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a           = hot(' --a--          ', BYTES);
    const senders     = { A: fakeSender(a) };
    const connections = hot(' -A---          ', senders);
    const stop        = hot(' ----s          ');
    const fail        = cold('    -          ');
    const stopSubs    = '     ^--- 600ms !   ';
    const aSubs       = '     -^--!          ';
    const failSubs    = '     ---- ^ 599ms ! ';
    const peerA       = '     ---- 600ms (R|)';
    const expected    = '     -A-- 600ms (x|)';

    const result = serving({ connections$: connections, store: memoryStore({ fail$: fail }), stop$: stop });
    expectObservable(result).toBe(expected, { A, x });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(fail.subscriptions).toBe(failSubs);
  }));

  it('lets transfers in flight continue while it drains, and stops with the last of them', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a 9s a 9s |    ', BYTES);
    const b               = hot('-----            ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b) };
    const connections     = hot('-A--B            ', senders);
    const stop            = hot('---s             ');
    const connectionsSubs = '    ^--!             ';
    const stopSubs        = '    ^-- 9s - 9s !    ';
    const aSubs           = '    -^- 9s - 9s !    ';
    const peerA           = '    --- 9s - 9s (F|) ';
    const expected        = '    -A- 9s - 9s (ax|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000 });
    expectObservable(result).toBe(expected, { A, a: received({ bytes: 2, ms: 18_003 }), x });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe([]);
  }));

  it('accepts connections that waited at the stop, until a poll brings none', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a-----|    ', BYTES);
    const b               = hot('------b---|  ', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b), C: fakeSender(NEVER) };
    const connections     = hot('-A---B----C  ', senders);
    const stop            = hot('---s         ');
    const poll            = cold('  ---(p|)    ');
    const connectionsSubs = '    ^-------!    ';
    const pollSubs        = ['   ---^-!       ', '-----^--!'];
    const bSubs           = '    -----^----!  ';
    const expected        = '    -A---B--a-(bx|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000, afterPoll$: poll });
    expectObservable(result).toBe(expected, {
      A, a: received({ id: 1, bytes: 1, ms: 7 }),
      B, b: received({ id: 2, bytes: 1, ms: 5 }), x,
    });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(poll.subscriptions).toBe(pollSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('is not postponed by further stops (S3)', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const connections     = hot<never>('-------- ');
    const stop            = hot('-ssssssss');
    const poll            = cold('---(p|) ');
    const connectionsSubs = '    ^---!    ';
    const pollSubs        = '    -^--!    ';
    const expected        = '    ----(x|) ';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000, afterPoll$: poll });
    expectObservable(result).toBe(expected, { x });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(poll.subscriptions).toBe(pollSubs);
  }));

  it('accepts no connection later than 100 ms after the stop', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const senders         = { A: fakeSender(EMPTY) };
    const connections     = hot('-- 9ms A 49ms A 49ms A 49ms A ', senders);
    const stop            = hot('-s                            ');
    const poll            = cold('99ms p                       ');
    const connectionsSubs = '    ^ 100ms !                     ';
    const expected        = '    -- 9ms (Aa) 46ms (Bb) 36ms (x|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000, afterPoll$: poll });
    expectObservable(result.pipe(map(({ type }) => type))).toBe(expected, {
      A: 'opened', a: 'received', B: 'opened', b: 'received', x: 'stopped',
    });
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
  }));

  it('fails transfers that outlast the drain', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot(`--a${' 8999ms a'.repeat(9)}`, BYTES);
    const senders         = { A: fakeSender(a) };
    const connections     = hot('-A--         ', senders);
    const stop            = hot('---s         ');
    const connectionsSubs = '    ^--!         ';
    const stopSubs        = '    ^-- 30s !    ';
    const aSubs           = '    -^- 30s !    ';
    const peerA           = '    --- 30s (R|) ';
    const expected        = '    -A- 30s (ax|)';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000 });
    expectObservable(result).toBe(expected, { A, a: failed(SHUTDOWN, { bytes: 4, ms: 30_002 }), x });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
  }));

  it('ends the drain at a second stop', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot(`--a${' 8999ms a'.repeat(9)}`, BYTES);
    const senders         = { A: fakeSender(a) };
    const connections     = hot('-A--          ', senders);
    const stop            = hot('---s 2s s 1s s');
    const connectionsSubs = '    ^--!          ';
    const stopSubs        = '    ^--- 2s !     ';
    const aSubs           = '    -^-- 2s !     ';
    const peerA           = '    ---- 2s (R|)  ';
    const expected        = '    -A-- 2s (ax|) ';

    const result = serving({ connections$: connections, store: memoryStore(), stop$: stop, drain: 30_000 });
    expectObservable(result).toBe(expected, { A, a: failed(SHUTDOWN, { bytes: 1, ms: 2_003 }), x });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
  }));

  it('releases every connection and every part when it is unsubscribed', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a               = hot('--a-a-a-a', BYTES);
    const b               = hot('---------', BYTES);
    const senders         = { A: fakeSender(a), B: fakeSender(b) };
    const connections     = hot('-A-B-----', senders);
    const stop            = hot('---------');
    const unsub           = '    -----!   ';
    const connectionsSubs = '    ^----!   ';
    const stopSubs        = '    ^----!   ';
    const aSubs           = '    -^---!   ';
    const bSubs           = '    ---^-!   ';
    const files           = '    -----(ab)';
    const peers           = '    -----(R|)';
    const expected        = '    -A-B-----';

    const store = memoryStore();
    expectObservable(serving({ connections$: connections, store, stop$: stop }), unsub).toBe(expected, { A, B });
    expectObservable(store.files$).toBe(files, { a: '1.file: ERROR', b: '2.file: ERROR' });
    expectObservable(senders.A.sees$).toBe(peers);
    expectObservable(senders.B.sees$).toBe(peers);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }));

  it('also releases them if listening fails, and passes the error on', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const broken          = new ListenError(5000);
    const a               = hot('--a-a-a-a', BYTES);
    const senders         = { A: fakeSender(a) };
    const connections     = hot('-A-#     ', senders, broken);
    const connectionsSubs = '    ^--!     ';
    const aSubs           = '    -^-!     ';
    const files           = '    ---a     ';
    const peerA           = '    ---(R|)  ';
    const expected        = '    -A-#     ';

    const store = memoryStore();
    expectObservable(serving({ connections$: connections, store })).toBe(expected, { A }, broken);
    expectObservable(store.files$).toBe(files, { a: '1.file: ERROR' });
    expectObservable(senders.A.sees$).toBe(peerA);
    expectSubscriptions(connections.subscriptions).toBe(connectionsSubs);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
  }));
});
