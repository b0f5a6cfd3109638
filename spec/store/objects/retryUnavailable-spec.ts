import { defer, NEVER } from 'rxjs';
import { isKind } from '../../../src/store/objects/engine.js';
import { retryUnavailable } from '../../../src/store/objects/retryUnavailable.js';
import { REFUSED, UNAVAILABLE } from '../../support/engine.js';
import { marbles } from '../../support/marbles.js';

const isTransient = (error: unknown) => isKind(error, 'unavailable');
const report = () => undefined;

// prettier-ignore
describe('retryUnavailable', () => {
  it('repeats a request twice as late each time, at most 5 s later', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const request     = cold('-#', {}, UNAVAILABLE);
    const requestSubs = [                                  '^!',
                                         '- 200ms           ^!',
                                   '-- 600ms                ^!',
                                  '--- 1400ms               ^!',
                                 '---- 3s                   ^!',
                                '----- 6200ms               ^!',
                               '------ 11200ms              ^!',
                              '------- 16200ms              ^!'];
    const unsub = '16300ms !';
    const options = { isTransient, report, random: () => 1 };
    expectObservable(request.pipe(retryUnavailable(options)), unsub).toBe('');
    expectSubscriptions(request.subscriptions).toBe(requestSubs);
  }));

  it('spreads the requests from half of that time on', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const request     = cold('-#', {}, UNAVAILABLE);
    const requestSubs = ['^!', '- 100ms ^!', '-- 300ms ^!'];
    const options     = { isTransient, report, random: () => 0 };
    expectObservable(request.pipe(retryUnavailable(options)), '310ms !').toBe('');
    expectSubscriptions(request.subscriptions).toBe(requestSubs);
  }));

  it('passes any other error on at once', marbles(({ cold, expectObservable }) => {
    expectObservable(cold('-#', {}, REFUSED).pipe(retryUnavailable({ isTransient, report }))).toBe('-#', {}, REFUSED);
  }));

  it('passes the answer on, and reports each attempt', marbles(({ cold, expectObservable, flush }) => {
    const reports: unknown[] = [];
    const answers = [cold('-#', {}, UNAVAILABLE), cold('-(a|)')];
    let attempt = 0;
    const request$ = defer(() => answers[attempt++] ?? NEVER);
    expectObservable(
      request$.pipe(retryUnavailable({ isTransient, random: () => 1, report: (error) => reports.push(error) })),
    ).toBe('- 200ms -(a|)');
    flush();
    expect(reports).toStrictEqual([UNAVAILABLE, undefined]);
  }));
});
