import { EMPTY, map, NEVER, ReplaySubject } from 'rxjs';
import type { Phase } from '../../../src/server/stopping.js';
import { endTransfers } from '../../../src/server/workers/endTransfers.js';
import { Member, type PoolState } from '../../../src/server/workers/pool.js';
import { marbles } from '../../support/marbles.js';

const PHASES: Record<string, Phase> = { d: 'draining', e: 'ending' };

/** A worker that notes the commands that it is sent, and `k` when it is killed. */
function fakeMember() {
  const seen$ = new ReplaySubject<string>(Infinity);
  const member = new Member({
    ...{ pid: 7, ready: {}, reports$: NEVER, gone$: EMPTY, answers: () => NEVER },
    send: ({ type }) => {
      seen$.next(type === 'end' ? 'e' : type);
    },
    kill: () => {
      seen$.next('k');
    },
  });
  return { member, seen$ };
}

// prettier-ignore
describe('endTransfers', () => {
  it('sends the end to all workers, and kills one that gives no sign of life (S3, S7)', marbles(({ cold, hot, expectObservable }) => {
    const phase    = cold('-d-e----             ', PHASES);
    const beats    = hot(' -----b               ');
    const lives    = '     ---e                 ';
    const hangs    = '     ---e 299ms k         ';

    const [living, hanging] = [fakeMember(), fakeMember()];
    const state: PoolState = { members: [living.member, hanging.member] };
    expectObservable(beats.pipe(map(() => { living.member.owesBeat = false; return 'b'; }))).toBe('-----b');
    expectObservable(endTransfers(cold('s', { s: state }), phase)).toBe('-');
    expectObservable(living.seen$).toBe(lives);
    expectObservable(hanging.seen$).toBe(hangs);
  }));
});
