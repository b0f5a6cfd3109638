import { EMPTY, map, NEVER, type Observable, of, throwError } from 'rxjs';
import {
  IdleTimeoutError,
  ProxyHeaderError,
  ShutdownError,
  TlsError,
} from '../../../src/errors.js';
import type { RawHandle } from '../../../src/node/handle.js';
import type { FromParent } from '../../../src/node/parentProcess.js';
import type { Sender } from '../../../src/server/receive.js';
import type { Start, ToWorker } from '../../../src/server/workers/protocol.js';
import { work, type WorkOptions } from '../../../src/server/workers/work.js';
import type { FakeConnection } from '../../../src/testing/index.js';
import { bytes } from '../../support/bytes.js';
import { failed, received } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';
import { memoryPart } from '../../support/parts.js';
import { fakeSender, PEER } from '../../support/sender.js';

const HANDLE = {} as RawHandle;
const next = (reads: Observable<unknown>[]): Observable<unknown> => reads.shift() ?? NEVER;
const DATA = { a: bytes('abc') };
const SHUTDOWN = new ShutdownError();

const receive = (job: number): ToWorker => ({
  ...{ type: 'receive', job, origin: { connection: job, peer: PEER } },
  loan: { serial: job, id: job, facts: { peer: '' } },
});
const secure = (job: number): ToWorker => ({ type: 'secure', job, peer: PEER });
const start = (step: Start['step']): ToWorker => ({ type: 'start', job: 1, peer: PEER, step });

const COMMANDS: Readonly<Record<string, FromParent<ToWorker>>> = {
  r: { command: receive(1), handle: HANDLE },
  n: { command: receive(1) },
  s: { command: secure(1), handle: HANDLE },
  c: { command: secure(1) },
  t: { command: start('readHeader'), handle: HANDLE },
  u: { command: start('refuseHeader'), handle: HANDLE },
  d: { command: { type: 'drop', job: 1 } },
  o: { command: { type: 'drop', job: 2 } },
  e: { command: { type: 'end' } },
};

/*
 * Rows: `commands` of the acceptor: s: secure, c: secure the one that is started, t and u: read or
 * refuse a header, r: receive with a handle, n: receive the one that is ready, d: drop it, o: drop
 * another one, e: end. `peer` is what the sender receives (F: our FIN, R: an RST, |: we closed).
 */
// prettier-ignore
describe('work', () => {
  const working = (
    commands$: Observable<FromParent<ToWorker>>,
    sender: FakeConnection,
    options: Partial<WorkOptions<Sender>> = {},
  ) =>
    work<Sender>({
      ...{ commands$, room: 9, open: () => sender, beat$: EMPTY, afterPoll$: of(undefined) },
      borrow: ({ loan }) => memoryPart({ id$: of(loan.id) }),
      ...options,
    });

  it('receives a connection, and reports its events', marbles(({ hot, expectObservable }) => {
    const commands = hot('-r----   ', COMMANDS);
    const a        = hot('--a-|    ', DATA);
    const peer     = '    ----(F|) ';
    const expected = '    ----v    ';

    const sender = fakeSender(a);
    expectObservable(working(commands, sender)).toBe(expected, {
      v: { type: 'event', job: 1, event: received({ bytes: 3, ms: 3 }) },
    });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('passes its options to every connection, and ends one that fails with an RST (S7)', marbles(({ hot, expectObservable }) => {
    const commands = hot('-r----       ', COMMANDS);
    const a        = hot('--a          ', DATA);
    const peer     = '    -- 100ms (R|)';
    const expected = '    -- 100ms v   ';

    const sender = fakeSender(a);
    expectObservable(working(commands, sender, { idleTimeout: 100 })).toBe(expected, {
      v: { type: 'event', job: 1, event: failed(new IdleTimeoutError(100), { bytes: 3, ms: 101 }) },
    });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('reports the progress of its transfers until they end', marbles(({ hot, expectObservable }) => {
    const commands = hot('-r-----------', COMMANDS);
    const a        = hot('--a--a-----| ', DATA);
    const unsub    = '    ------------------!';
    const expected = '    ---p--q----v ';

    const events$ = working(commands, fakeSender(a), { progress: 3 });
    const told = (event: object) => ({ type: 'event', job: 1, event });
    const progress = (bytes: number, ms: number) => told({ ...received({ bytes, ms }), type: 'progress' });
    expectObservable(events$, unsub).toBe(expected, {
      p: progress(3, 2),
      q: progress(6, 5),
      v: told(received({ bytes: 6, ms: 10 })),
    });
  }));

  it('ends its transfers when the server does (S7)', marbles(({ hot, expectObservable }) => {
    const commands = hot('-r-e-    ', COMMANDS);
    const a        = hot('--a--    ', DATA);
    const peer     = '    ---(R|)  ';
    const expected = '    ---v     ';

    const sender = fakeSender(a);
    expectObservable(working(commands, sender)).toBe(expected, {
      v: { type: 'event', job: 1, event: failed(SHUTDOWN, { bytes: 3, ms: 2 }) },
    });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('resets its senders and completes when there are no more commands (S7)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const commands = hot('-r--|       ', COMMANDS);
    const a        = hot('--a------   ', DATA);
    const subs     = '    -^--!       ';
    const peer     = '    ----(R|)    ';
    const beats    = hot('b----b      ');
    const expected = '    b---|       ';

    const sender = fakeSender(a);
    const released: number[] = [];
    const part = { ...memoryPart({ id$: of(1) }), release: () => released.push(1) };
    const events$ = working(commands, sender, { beat$: beats, borrow: () => part });
    expectObservable(events$).toBe(expected, { b: { type: 'beat', bytes: 0, room: 9 } });
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectObservable(sender.sees$).toBe(peer);
    expectObservable(hot('-----(r|)').pipe(map(() => released))).toBe('-----(r|)', { r: [1] });
  }));

  it('makes a handshake, and receives the secured sender', marbles(({ hot, cold, expectObservable }) => {
    const commands  = hot('-s---n--    ', COMMANDS);
    const handshake = cold('--(S|)     ', { S: undefined });
    const a         = hot('------a|    ', DATA);
    const peer      = '    -------(F|) ';
    const expected  = '    ---s---v    ';

    const client = { name: 'alice', names: ['alice'], fingerprint: 'ab' };
    const secured = { ...fakeSender(a), client };
    const sender = fakeSender(NEVER);
    expectObservable(working(commands, sender, { handshake: () => handshake.pipe(map(() => secured)) })).toBe(expected, {
      s: { type: 'ready', job: 1, peer: PEER, client },
      v: { type: 'event', job: 1, event: { ...received({ bytes: 3, ms: 2 }), client } },
    });
    expectObservable(secured.sees$).toBe(peer);
  }));

  it('reads the start of a connection, then secures it, and receives it from its own address', marbles(({ hot, cold, expectObservable }) => {
    const commands  = hot('-t---c---n--    ', COMMANDS);
    const start     = cold('--(S|)         ', { S: undefined });
    const handshake = cold('    --(T|)     ', { T: undefined });
    const a         = hot('----------a|    ', DATA);
    const peer      = '    -----------(F|) ';
    const expected  = '    ---s---t---v    ';

    const behind = '198.51.100.7:40000';
    const started = fakeSender(NEVER, undefined, behind);
    const secured = fakeSender(a, undefined, behind);
    const seen: Sender[] = [];
    const proxyHeaders = {
      readHeader: (sender: Sender) => start.pipe(map(() => (seen.push(sender), started))),
      refuseHeader: () => NEVER,
    };
    const secure = (sender: Sender) => handshake.pipe(map(() => (seen.push(sender), secured)));
    const sender = fakeSender(NEVER);
    expectObservable(working(commands, sender, { proxyHeaders, handshake: secure })).toBe(expected, {
      s: { type: 'ready', job: 1, peer: behind, client: undefined },
      t: { type: 'ready', job: 1, peer: behind, client: undefined },
      v: { type: 'event', job: 1, event: { ...received({ bytes: 3, ms: 2 }), peer: behind } },
    });
    expectObservable(secured.sees$).toBe(peer);
    expectObservable(hot('---------(s|)').pipe(map(() => seen))).toBe('---------(s|)', { s: [sender, started] });
  }));

  it('receives a connection whose start is read without a handshake, and reports one that begins wrongly', marbles(({ hot, cold, expectObservable }) => {
    const commands = hot('-u--n-u-  ', COMMANDS);
    const reads    = [cold('-(S|)   ', { S: undefined }),
                      cold('  #     ', {}, new ProxyHeaderError('unexpected'))];
    const a        = hot('-----a|   ', DATA);
    const expected = '    --s---(vf)';

    const sender = fakeSender(a);
    const proxyHeaders = {
      readHeader: () => NEVER,
      refuseHeader: () => next(reads).pipe(map(() => sender)),
    };
    expectObservable(working(commands, sender, { proxyHeaders })).toBe(expected, {
      s: { type: 'ready', job: 1, peer: PEER, client: undefined },
      v: { type: 'event', job: 1, event: received({ bytes: 3, ms: 2 }) },
      f: {
        ...{ type: 'not ready', job: 1 },
        error: { code: 'PROXY', message: 'the PROXY header is unexpected', problem: 'unexpected' },
      },
    });
  }));

  it('ends the reading of a start that is dropped, and resets one that is read', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const commands = hot('-t-d---t-d-n', COMMANDS);
    const reads    = [cold('---S      ', { S: undefined }),
                      cold('-(S|)     ', { S: undefined })];
    const subs     = '    -^-!        ';
    const peer     = '    ---------(R|)';
    const expected = '    --------s   ';

    const [first] = reads;
    const sender = fakeSender(NEVER);
    const proxyHeaders = {
      readHeader: () => next(reads).pipe(map(() => sender)),
      refuseHeader: () => NEVER,
    };
    expectObservable(working(commands, sender, { proxyHeaders })).toBe(expected, {
      s: { type: 'ready', job: 1, peer: PEER, client: undefined },
    });
    expectObservable(sender.sees$).toBe(peer);
    if (first) expectSubscriptions(first.subscriptions).toBe(subs);
  }));

  it('reports a handshake that fails, as data', marbles(({ hot, expectObservable }) => {
    const commands = hot('-s-', COMMANDS);
    const handshake = () => throwError(() => new TlsError({ cause: new Error('no certificate') }));
    expectObservable(working(commands, fakeSender(NEVER), { handshake })).toBe('-n', {
      n: {
        type: 'not ready',
        job: 1,
        error: { code: 'TLS', message: 'the TLS connection failed', cause: { message: 'no certificate' } },
      },
    });
  }));

  it('ends a handshake that is dropped, and no other', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const commands  = hot('-s-o-d--', COMMANDS);
    const handshake = cold('--------S');
    const subs      = '    -^---!  ';

    expectObservable(working(commands, fakeSender(NEVER), { handshake: () => handshake as unknown as Observable<Sender> })).toBe('');
    expectSubscriptions(handshake.subscriptions).toBe(subs);
  }));

  it('resets a secured sender that is dropped, and receives it no more', marbles(({ hot, expectObservable }) => {
    const commands = hot('-s-d-n--', COMMANDS);
    const peer     = '    ---(R|) ';
    const expected = '    -s      ';

    const sender = fakeSender(NEVER);
    expectObservable(working(commands, sender, { handshake: (sender) => of(sender) })).toBe(expected, {
      s: { type: 'ready', job: 1, peer: PEER, client: undefined },
    });
    expectObservable(sender.sees$).toBe(peer);
  }));

  it('gives signs of life, with the bytes of the files that it receives', marbles(({ hot, expectObservable }) => {
    const commands = hot('-r-------', COMMANDS);
    const a        = hot('---a--a-|', DATA);
    const beats    = hot('b-b--b-b-b');
    const expected = '    x-x--y-zvx';

    const beat = (bytes: number) => ({ type: 'beat', bytes, room: 9 });
    expectObservable(working(commands, fakeSender(a), { beat$: beats })).toBe(expected, {
      ...{ x: beat(0), y: beat(3), z: beat(6) },
      v: { type: 'event', job: 1, event: received({ bytes: 6, ms: 7 }) },
    });
  }));
});
