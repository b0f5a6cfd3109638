import { defer, EMPTY, map, NEVER, type Observable, ReplaySubject } from 'rxjs';
import { WorkerError } from '../../../src/errors.js';
import {
  leastLoaded,
  Member,
  pool,
  type PoolState,
  type Worker,
} from '../../../src/server/workers/pool.js';
import { marbles } from '../../support/marbles.js';

const beat = { type: 'beat', bytes: 0, room: 9 };

/** A worker with a process of marbles. */
const fakeWorker = (
  pid: number,
  reports$: Observable<object> = NEVER,
  kill: () => void = () => undefined,
): Worker => ({
  ...{ pid, reports$, kill, gone$: EMPTY, ready: beat },
  send: () => undefined,
  answers: () => NEVER,
});

/** The workers by their pids, and the end of the last one. */
const summary = ({ members, ended }: PoolState) => ({
  pids: members.map(({ worker }) => worker.pid).join(),
  ...(ended && { ended }),
});

const KILLED = new WorkerError({ pid: 1, signal: 'SIGKILL' });
const EXITED = new WorkerError({ pid: 2, status: 7 });
const UNREADY = new WorkerError({ pid: 9, status: 7 });

// prettier-ignore
describe('pool', () => {
  it('starts its workers, and stops them when it is unsubscribed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const W = fakeWorker(1);
    const start    = cold('--W', { W });
    const unsub    = '     -----!';
    const subs     = '     ^----!';
    const expected = '     --(ab)';

    expectObservable(pool({ size: 2, start$: start }).pipe(map(summary)), unsub).toBe(expected, {
      a: { pids: '1' },
      b: { pids: '1,1' },
    });
    expectSubscriptions(start.subscriptions).toBe([subs, subs]);
  }));

  it('replaces a worker that ends, and reports its end and its transfers', marbles(({ cold, expectObservable }) => {
    const first    = cold('-W---#             ', { W: fakeWorker(1) }, KILLED);
    const second   = cold('-V--#              ', { V: fakeWorker(2) }, EXITED);
    const starts   = [first, second, NEVER];
    const expected = '     -a---b 500ms c--d  ';

    const start$ = defer(() => starts.shift() ?? NEVER);
    const states$ = pool({ size: 1, start$ }).pipe(
      map((state) => {
        const [member] = state.members;
        if (member) member.connections = 3;
        return summary(state);
      }),
    );
    expectObservable(states$).toBe(expected, {
      a: { pids: '1' },
      b: { pids: '', ended: { type: 'worker', pid: 1, signal: 'SIGKILL', transfers: 3 } },
      c: { pids: '2' },
      d: { pids: '', ended: { type: 'worker', pid: 2, status: 7, transfers: 3 } },
    });
  }));

  it('errors if its first worker cannot be started, and tries again if a later one cannot', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const never    = cold<Worker>('-#                 ', {}, UNREADY);
    const works    = cold('-W-#               ', { W: fakeWorker(1) }, KILLED);
    const starts   = [works, never, cold<Worker>('---')];
    const neverSub = '     --- 500ms ^!       ';
    const expected = '     -a-b 500ms c       ';

    expectObservable(pool({ size: 1, start$: never })).toBe('-#', {}, UNREADY);
    const start$ = defer(() => starts.shift() ?? NEVER);
    const states$ = pool({ size: 1, start$ }).pipe(
      map((state) => {
        for (const member of state.members) Object.assign(member, { connections: 3, isSilent: true });
        return summary(state);
      }),
    );
    expectObservable(states$).toBe(expected, {
      a: { pids: '1' },
      b: { pids: '', ended: { type: 'worker', pid: 1, signal: 'SIGKILL', silentMs: 10_000, transfers: 3 } },
      c: { pids: '', ended: { type: 'worker', pid: 9, status: 7, transfers: 0 } },
    });
    expectSubscriptions(never.subscriptions).toBe(['^!', neverSub]);
  }));

  it('kills a worker that is silent for over ten seconds', marbles(({ cold, expectObservable }) => {
    const beats    = cold('   b 9999ms b          ', { b: beat });
    const worker   = '     --W                    ';
    const kills    = '     20002ms k              ';
    const expected = '     --a                    ';

    const kills$ = new ReplaySubject<string>(Infinity);
    const W = fakeWorker(1, beats, () => { kills$.next('k'); });
    expectObservable(pool({ size: 1, start$: cold(worker, { W }) }).pipe(map(summary))).toBe(expected, {
      a: { pids: '1' },
    });
    expectObservable(kills$).toBe(kills);
  }));

  it.each([
    ['lets a worker finish its connections when it ends', '             8s !    ', 1, '        '],
    ['kills one that has been silent for five seconds when it ends', '   8001ms !', 1, '8001ms k'],
    ['kills one that has no connections when it ends', '                 4s !    ', 0, '4s k    '],
  ])('%s', (_, unsub, connections, kills) => {
    marbles(({ cold, expectObservable }) => {
      const beats = cold('3s b', { b: beat });
      const kills$ = new ReplaySubject<string>(Infinity);
      const W = fakeWorker(1, beats, () => { kills$.next('k'); });
      const states$ = pool({ size: 1, start$: cold('W', { W }) }).pipe(
        map((state) => {
          for (const member of state.members) member.connections = connections;
          return summary(state);
        }),
      );
      expectObservable(states$, unsub).toBe('a', { a: { pids: '1' } });
      expectObservable(kills$).toBe(kills);
    })();
  });

  it('reports how long a worker that it killed was silent', marbles(({ cold, expectObservable }) => {
    const worker   = cold('W 10s #', { W: fakeWorker(1) }, KILLED);
    const expected = '     a 10s b';

    const starts: Observable<Worker>[] = [worker];
    const start$ = defer(() => starts.shift() ?? NEVER);
    expectObservable(pool({ size: 1, start$ }).pipe(map(summary))).toBe(expected, {
      a: { pids: '1' },
      b: { pids: '', ended: { type: 'worker', pid: 1, signal: 'SIGKILL', silentMs: 10_000, transfers: 0 } },
    });
  }));
});

describe('leastLoaded', () => {
  const member = (connections: number, bytes: number, isSilent = false) =>
    Object.assign(new Member(fakeWorker(connections)), { connections, bytes, isSilent });

  it('is the worker with the fewest connections, then with the fewest bytes, then the first', () => {
    const [one, two, idle] = [member(2, 0), member(1, 9), member(1, 8)];
    expect(leastLoaded([one, two])).toBe(two);
    expect(leastLoaded([one, two, idle])).toBe(idle);
    expect(leastLoaded([idle, member(1, 8)])).toBe(idle);
  });

  it('is no worker that is silent', () => {
    expect(leastLoaded([member(0, 0, true)])).toBeUndefined();
    expect(leastLoaded([])).toBeUndefined();
  });
});
