import { defer, EMPTY, merge, NEVER, throwError } from 'rxjs';
import { ShutdownError } from '../../src/errors.js';
import { limitConcurrency } from '../../src/operators/limitConcurrency.js';
import { afterPolls } from '../support/outcome.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('limitConcurrency', () => {
  it('runs as many sources at a time as the limit, and the others in their order', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a     = cold('  a---|     ');
    const b     = cold('  b-|       ');
    const c     = cold('    c---|   ');
    const d     = cold('      d-|   ');
    const aSubs = '       ^---!     ';
    const bSubs = '       ^-!       ';
    const cSubs = '       --^---!   ';
    const dSubs = '       ----^-!   ';
    const limited = limitConcurrency(2);
    expectObservable(a.pipe(limited())).toBe('a---|     ');
    expectObservable(b.pipe(limited())).toBe('b-|       ');
    expectObservable(c.pipe(limited())).toBe('--c---|   ');
    expectObservable(d.pipe(limited())).toBe('----d-|   ');
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
    expectSubscriptions(d.subscriptions).toBe(dSubs);
  }));

  it('counts a source as several, and runs one alone that is more than the limit', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a     = cold('  --|        ');
    const b     = cold('    --|      ');
    const c     = cold('      --|    ');
    const d     = cold('        --|  ');
    const aSubs = '       ^-!        ';
    const bSubs = '       --^-!      ';
    const cSubs = '       ----^-!    ';
    const dSubs = '       ----^-!    ';
    const limited = limitConcurrency(3);
    expectObservable(a.pipe(limited(undefined, 2))).toBe('--|    ');
    expectObservable(b.pipe(limited(undefined, 9))).toBe('----|  ');
    expectObservable(c.pipe(limited(undefined, 2))).toBe('------|');
    expectObservable(d.pipe(limited())).toBe('            ------|');
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
    expectSubscriptions(d.subscriptions).toBe(dSubs);
  }));

  it('frees the place of a source that errors, and of one that is unsubscribed', marbles(({ cold, expectObservable }) => {
    const a = cold('      --#       ');
    const b = cold('      b-----    ');
    const c = cold('      c-|       ');
    const unsub = '       ----!     ';
    const limited = limitConcurrency(1);
    expectObservable(a.pipe(limited())).toBe('       --#       ');
    expectObservable(b.pipe(limited()), unsub).toBe('--b--     ');
    expectObservable(c.pipe(limited())).toBe('       ----c-|   ');
  }));

  it('never runs a source that is unsubscribed while it waits', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('      ----|     ');
    const b = cold('      b-|       ');
    const c = cold('      c-|       ');
    const unsub = '       --!       ';
    const limited = limitConcurrency(1);
    expectObservable(a.pipe(limited())).toBe('       ----|     ');
    expectObservable(b.pipe(limited()), unsub).toBe('---       ');
    expectObservable(c.pipe(limited())).toBe('       ----c-|   ');
    expectSubscriptions(b.subscriptions).toBe([]);
  }));

  it('ends waiting sources by the error of abort$, and leaves running ones', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const abort     = hot('--#       ');
    const a         = cold('a---|    ');
    const b         = cold('b|       ');
    const aborted   = '    --#       ';
    const limited = limitConcurrency(1);
    expectObservable(a.pipe(limited(abort as never))).toBe('a---|');
    expectObservable(b.pipe(limited(abort as never))).toBe(aborted);
    expectSubscriptions(abort.subscriptions).toBe(['(^!)', '^-!']);
    expectSubscriptions(b.subscriptions).toBe([]);
  }));

  it('runs nothing if abort$ errors at once', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('a|');
    const limited = limitConcurrency(1);
    expectObservable(a.pipe(limited(throwError(() => new ShutdownError())))).toBe('#', undefined, new ShutdownError());
    expectObservable(cold('b|').pipe(limited())).toBe('b|');
    expectSubscriptions(a.subscriptions).toBe([]);
  }));

  it('runs no source that is unsubscribed together with the running ones', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a     = cold('a---');
    const b     = cold('b---');
    const unsub = '     --!';
    const limited = limitConcurrency(1);
    expectObservable(merge(a.pipe(limited()), b.pipe(limited())), unsub).toBe('a--');
    expectSubscriptions(a.subscriptions).toBe('^-!');
    expectSubscriptions(b.subscriptions).toBe([]);
  }));

  it('grows no stack with sources that end at once', async () => {
    const limited = limitConcurrency(1);
    const first = NEVER.pipe(limited()).subscribe();
    let ran = 0;
    const short$ = defer(() => { ran++; return EMPTY; }).pipe(limited());
    for (let count = 0; count < 20_000; count++) short$.subscribe();
    first.unsubscribe();
    await afterPolls();
    expect(ran).toBe(20_000);
  });
});
