import { defer, EMPTY, type Observable, of } from 'rxjs';
import type { ServerFact } from '../../src/server/events.js';
import { withUsage } from '../../src/server/usage.js';
import type { Store } from '../../src/store/store.js';
import type { Usage } from '../../src/store/usage.js';
import { opened, stopped } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryStore } from '../support/parts.js';

const EVENTS: Record<string, ServerFact> = {
  l: { type: 'listening', address: '::', port: 5000 },
  o: opened(),
  s: stopped,
  a: { type: 'usage', files: 1, bytes: 10 },
  b: { type: 'usage', files: 1, bytes: 20 },
  c: { type: 'usage', files: 2, bytes: 20 },
};

const USAGES: Record<string, Usage> = {
  a: { files: 1, bytes: 10 },
  b: { files: 1, bytes: 20 },
  c: { files: 2, bytes: 20 },
};

const limited = (usage$: Observable<Usage>): Store => Object.assign(memoryStore(), { usage$ });

/** A look at a store, which brings a usage of its own each time. */
const each = (looks: readonly Observable<Usage>[]): Observable<Usage> => {
  let look = 0;
  return defer(() => looks[look++] ?? EMPTY);
};

// prettier-ignore
describe('withUsage', () => {
  it('reports what is used after the first event, and whenever that has changed, until the server has stopped', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const looks     = ['a', 'a', 'b', 'c'].map((usage) => cold(`(${usage}|)`, USAGES));
    const event     = hot('--l--------o-----------(s|)', EVENTS);
    const eventSubs = '    ^----------------------!';
    const expected  = '    --(la)-----ob----c-----(s|)';
    expectObservable(event.pipe(withUsage(limited(each(looks)), 5))).toBe(expected, EVENTS);
    expectSubscriptions(event.subscriptions).toBe(eventSubs);
  }));

  it('reports that another number of files waits for the engine', marbles(({ hot, cold, expectObservable }) => {
    const usages   = { a: { waiting: 1 }, b: { waiting: 2 } };
    const events   = { ...EVENTS, a: { type: 'usage', waiting: 1 }, b: { type: 'usage', waiting: 2 } };
    const looks    = ['a', 'a', 'b'].map((usage) => cold<Usage>(`(${usage}|)`, usages));
    const event    = hot('--l-----------(s|)', EVENTS);
    const expected = '    --(la)------b-(s|)';
    expectObservable(event.pipe(withUsage(limited(each(looks)), 5))).toBe(expected, events);
  }));

  it('looks again only once a look has ended, and none is under way at the end', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const event    = hot('-l------------------(s|)', EVENTS);
    const look     = cold('------(a|)', USAGES);
    const lookSubs = [    '-^-----!', '-----------^-----!'];
    const expected = '    -l-----a------------(s|)';
    expectObservable(event.pipe(withUsage(limited(look), 5))).toBe(expected, EVENTS);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('goes on after a look that fails', marbles(({ hot, cold, expectObservable }) => {
    const event    = hot('-l-----------', EVENTS);
    const looks    = [cold<Usage>('#'), cold('(b|)', USAGES)];
    const expected = '    -l----b------';
    expectObservable(event.pipe(withUsage(limited(each(looks)), 5))).toBe(expected, EVENTS);
  }));

  it('passes an error on, and looks no more', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const event    = hot('-l--#', EVENTS);
    const look     = cold('----------', USAGES);
    const lookSubs = '    -^--!';
    const expected = '    -l--#';
    expectObservable(event.pipe(withUsage(limited(look), 5))).toBe(expected, EVENTS);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('costs nothing without the option, or for a store without limits', () => {
    const event$ = of(opened());
    expect(event$.pipe(withUsage(limited(EMPTY)))).toBe(event$);
    expect(event$.pipe(withUsage(memoryStore(), 5))).toBe(event$);
  });
});
