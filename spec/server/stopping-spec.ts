import { jest } from '@jest/globals';
import { identity, type Observable, of, switchMap } from 'rxjs';
import { type Phase, stopping } from '../../src/server/stopping.js';
import { marbles } from '../support/marbles.js';

const PHASES = { d: 'draining', e: 'ending', o: 'over' };

// prettier-ignore
describe('stopping', () => {
  it('ends transfers after the drain, and gives the store its patience', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const stop     = hot('--s                  ');
    const expected = '    --d 29s 999ms e 9ms (o|)';
    const unsub    = '    - 40s !              ';
    const stopSubs = '    ^- 30s 10ms !        ';

    expectObservable(stopping({ stop$: stop, drain: 30_000, patience: 10 }, (phase$) => phase$), unsub).toBe(expected, PHASES);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  }));

  it('ends transfers at the second stop, and ignores further stops', marbles(({ hot, expectObservable }) => {
    const stop     = hot('--s-s-ss------');
    const expected = '    --d-e---(o|)  ';
    const unsub    = '    -------------!';

    expectObservable(stopping({ stop$: stop, drain: 30_000, patience: 4 }, (phase$) => phase$), unsub).toBe(expected, PHASES);
  }));

  it.each([2 ** 31, Infinity])('sets no timer for %d ms, which exceed its maximum', (drain) => { marbles(({ hot, expectObservable }) => {
    const stop     = hot('--s--s---');
    const expected = '    --d--e---';
    const unsub    = '    - 60m !  ';

    expectObservable(stopping({ stop$: stop, drain, patience: drain }, (phase$) => phase$), unsub).toBe(expected, PHASES);
  })(); });

  it('sets no timer of 2^31 ms, which Node would fire at once', () => {
    const phases: Phase[] = [];
    const observer = { next: (phase: Phase) => phases.push(phase), error: identity };
    const setInterval = jest.spyOn(globalThis, 'setInterval');
    stopping({ stop$: of('s'), drain: 2 ** 31 }, (phase$) => phase$).subscribe(observer).unsubscribe();
    stopping({ stop$: of('s'), drain: 2 ** 31 - 1 }, (phase$) => phase$).subscribe(observer).unsubscribe();
    expect(setInterval.mock.calls.map(([, ms]) => ms)).toStrictEqual([2 ** 31 - 1]);
    setInterval.mockRestore();
    expect(phases).toStrictEqual(['draining', 'draining']);
  });

  it('replays the phase for a server that listens late', marbles(({ cold, hot, expectObservable }) => {
    const stop     = hot('-s        ');
    const late     = cold('----(s|)  ');
    const expected = '    ----e----(o|)';
    const unsub    = '    -----------!';

    const run = (phase$: Observable<Phase>) => late.pipe(switchMap(() => phase$));
    expectObservable(stopping({ stop$: stop, patience: 8 }, run), unsub).toBe(expected, PHASES);
  }));
});
