import { of } from 'rxjs';
import { andThen } from '../../src/operators/andThen.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

// prettier-ignore
describe('andThen', () => {
  obeysTheLaws(() => andThen(() => of('c')), { a: 'a', b: 'b' });

  it('ignores values and continues once the source has completed', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--a--b--|    ');
    const sourceSubs = '    ^-------!    ';
    const next       = cold('       --x-|');
    const nextSubs   = '    --------^---!';
    const expected   = '    ----------x-|';
    expectObservable(source.pipe(andThen(() => next))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(next.subscriptions).toBe(nextSubs);
  }));

  it('does not continue after an error', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source   = hot('--a--#');
    const next     = cold('    x|');
    const expected = '    -----#';
    expectObservable(source.pipe(andThen(() => next))).toBe(expected);
    expectSubscriptions(next.subscriptions).toBe([]);
  }));

  it('continues with `orElse` after an error, once', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--a--#     ');
    const orElse     = cold('    --x-# ', undefined, 'second');
    const orElseSubs = '    -----^---! ';
    const expected   = '    -------x-# ';
    const seen: unknown[] = [];
    const recover = (error: unknown) => { seen.push(error); return orElse; };
    expectObservable(source.pipe(andThen(() => of('next'), recover))).toBe(expected, undefined, 'second');
    expectSubscriptions(orElse.subscriptions).toBe(orElseSubs);
    expectObservable(source.pipe(andThen(() => of('next'), () => { throw 'late' as unknown; }))).toBe('-----#', undefined, 'late');
    expectObservable(of(1).pipe(andThen(() => cold('-#'), () => cold('x')))).toBe('-#');
    expectObservable(cold('------|').pipe(andThen(() => { expect(seen).toEqual(['error']); return of('end'); }))).toBe('------(e|)', { e: 'end' });
  }));

  it('errors if what it continues with errors, or throws', marbles(({ cold, expectObservable }) => {
    const source   = cold('--|  ');
    const next     = cold('  --#');
    expectObservable(source.pipe(andThen(() => next))).toBe('----#');
    expectObservable(source.pipe(andThen(() => { throw 'error' as unknown; }))).toBe('--#');
  }));

  it('is unsubscribed from what it continues with', marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const source     = hot('--|     ');
    const sourceSubs = '    ^-!     ';
    const next       = cold('--x--x-');
    const nextSubs   = '    --^--!  ';
    const expected   = '    ----x-  ';
    const unsub      = '    -----!  ';
    expectObservable(source.pipe(andThen(() => next)), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    expectSubscriptions(next.subscriptions).toBe(nextSubs);
  }));
});
