import { map, NEVER, type Observable, of, switchMap, tap } from 'rxjs';
import {
  IdleTimeoutError,
  ProxyHeaderError,
  ResetError,
  TlsError,
  WorkerError,
} from '../../../src/errors.js';
import type { HandedOver } from '../../../src/node/handOver.js';
import { handshakeAt } from '../../../src/server/workers/handshakeAt.js';
import { Member } from '../../../src/server/workers/pool.js';
import type { Answer, ToWorker } from '../../../src/server/workers/protocol.js';
import { proxyHeadersAt } from '../../../src/server/workers/proxyHeadersAt.js';
import { RemoteSender } from '../../../src/server/workers/remoteSender.js';
import { marbles } from '../../support/marbles.js';
import { PEER } from '../../support/sender.js';

const BEHIND = '198.51.100.7:40000';
const client = { name: 'alice', names: ['alice'], fingerprint: 'ab' };
const notReady = (error: object): Answer => ({
  type: 'not ready',
  job: 5,
  error: { code: 'INTERNAL', message: 'x', ...error },
});
const ANSWERS: Readonly<Record<string, Answer>> = {
  h: { type: 'ready', job: 5, peer: BEHIND, client: undefined },
  s: { type: 'ready', job: 5, peer: BEHIND, client },
  p: notReady({ problem: 'malformed' }),
  i: notReady({ due: 100 }),
  r: notReady({ cause: { code: 'ECONNRESET', message: 'read' } }),
};
const CAUSE = Object.assign(new Error('read'), { code: 'ECONNRESET' });

/** A worker with answers of marbles to its steps, which notes what it is sent. */
function fakePool(...steps: Observable<Answer>[]) {
  const sent: string[] = [];
  const member = new Member({
    ...{ pid: 7, ready: {}, reports$: NEVER, gone$: NEVER, kill: () => undefined },
    send: (command: ToWorker, handle) => sent.push(command.type + (handle ? ' with handle' : '')),
    answers: (_, askFor) => (steps.shift() ?? NEVER).pipe(tap({ subscribe: askFor })),
  });
  const copy = { peer: PEER, handle: {}, abort: () => undefined } as unknown as HandedOver;
  return { pool$: of({ members: [member] }), member, sent, sender: new RemoteSender(5, copy) };
}

// prettier-ignore
describe('prepareAt', () => {
  it('hands a connection over once, for its header, and its handshake is made by the same worker', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const header   = cold('--h-    ', ANSWERS);
    const headerSubs = '   ^-!     ';
    const secured  = cold('   --s- ', ANSWERS);
    const expected = '     --(h|)  ';
    const after    = '     -----s  ';

    const { pool$, member, sent, sender } = fakePool(header, secured);
    const facts = map(({ peer, client, owner }: RemoteSender) => ({ peer, client, owner }));
    let read = sender;
    const header$ = proxyHeadersAt(pool$).readHeader(sender).pipe(tap((behind) => (read = behind)));
    expectObservable(header$.pipe(facts)).toBe(expected, { h: { peer: BEHIND, client: undefined, owner: member } });
    expectObservable(hot('---a').pipe(switchMap(() => handshakeAt(pool$)(read)), facts)).toBe(after, { s: { peer: BEHIND, client, owner: member } });
    expectSubscriptions(header.subscriptions).toBe(headerSubs);
    expectObservable(cold('------(a|)').pipe(map(() => [sent, member.connections, sender.owner]))).toBe('------(a|)', {
      a: [['start with handle', 'secure'], 1, undefined],
    });
  }));

  it.each([
    ['a header', 'p', new ProxyHeaderError('malformed')],
    ['silence', 'i', new IdleTimeoutError(100)],
    ['a reset', 'r', new ResetError({ cause: CAUSE })],
    ['the death of the worker', '#', new WorkerError({ pid: 7, signal: 'SIGKILL' })],
  ])('errors with the error of %s', (_, answer, error) => {
    marbles(({ cold, expectObservable }) => {
      const { pool$, sender } = fakePool(cold(`-${answer}`, ANSWERS, error));
      expectObservable(proxyHeadersAt(pool$).refuseHeader(sender)).toBe('-#', {}, error);
    })();
  });

  it('errors with a TlsError if a handshake fails', marbles(({ cold, expectObservable }) => {
    const { pool$, sender } = fakePool(cold('-r', ANSWERS));
    expectObservable(handshakeAt(pool$)(sender)).toBe('-#', {}, new TlsError({ cause: CAUSE }));
  }));
});
