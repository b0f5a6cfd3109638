import { BehaviorSubject, of, take, tap } from 'rxjs';
import { heldWhile } from '../../src/operators/index.js';
import heldWhileDiagram from '../diagrams/heldWhile.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { synchronous } from '../support/synchronous.js';

const FULL = { f: false, t: true };

// prettier-ignore
describe('heldWhile', () => {
  obeysTheLaws(() => heldWhile<string>(of(false)), { a: 'a', b: 'b' });

  it('does what its diagram shows', holdsTo(heldWhileDiagram));

  it('unsubscribes from the source while the sink is full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a--b---c-----|');
    const full     = hot('f----t-----f----', FULL);
    const dataSubs = [   '^----!          ',
                         '-----------^---!'];
    const fullSubs = '    ^--------------!';
    const expected = '    --a--b---------|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('does not subscribe to the source before a sink that starts full has drained', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b--|');
    const full     = hot('t----f------', FULL);
    const dataSubs = '    -----^-----!';
    const expected = '    --------b--|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('is silent until full$ has emitted', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a-----b--|');
    const full     = hot('-----f------', FULL);
    const dataSubs = '    -----^-----!';
    const expected = '    --------b--|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('ignores a sink that repeats its value', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a---b----c---d-|');
    const full     = hot('f--f---t--t-f--f-', FULL);
    const dataSubs = [   '^------!         ',
                         '------------^---!'];
    const expected = '    -a---b--------d-|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('continues if the sink completes while it is not full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a------b--|');
    const full     = hot('f----|      ', FULL);
    const dataSubs = '    ^----------!';
    const fullSubs = '    ^----!      ';
    const expected = '    -a------b--|';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('never ends if the sink completes while it is full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a------b--|');
    const full     = hot('f--t-|      ', FULL);
    const dataSubs = '    ^--!        ';
    const expected = '    -a----------';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('does not end if the sink completes without a value', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a------b--|');
    const full     = hot('---|        ', FULL);
    const dataSubs: string[] = [];
    const expected = '    ------------';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('passes an error of the source on and unsubscribes from the sink', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a---#');
    const full     = hot('f-----', FULL);
    const fullSubs = '    ^----!';
    const expected = '    -a---#';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(full.subscriptions).toBe(fullSubs);
  }));

  it('passes an error of the sink on and unsubscribes from the source', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a------b--|');
    const full     = hot('f----#      ', FULL);
    const dataSubs = '    ^----!      ';
    const expected = '    -a---#      ';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('passes an error of the sink on while it is full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a------b--|');
    const full     = hot('f--t-#      ', FULL);
    const dataSubs = '    ^--!        ';
    const expected = '    -a---#      ';
    expectObservable(data.pipe(heldWhile(full))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('unsubscribes from source and sink at unsubscription', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-a---b-----');
    const full     = hot('f----------', FULL);
    const unsub    = '    -------!   ';
    const subs     = '    ^------!   ';
    const expected = '    -a---b-----';
    expectObservable(data.pipe(heldWhile(full)), unsub).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(subs);
    expectSubscriptions(full.subscriptions).toBe(subs);
  }));

  it('loses and doubles nothing if each value of a synchronous source fills the sink', marbles(({ cold, expectObservable }) => {
    const data     = synchronous(['a', 'b', 'c', 'd']);
    const full     = new BehaviorSubject(false);
    const fill     = () => { full.next(true); cold('---f', FULL).subscribe(full); };
    const expected = 'a--b--c--d--|';
    expectObservable(data.pipe(heldWhile(full), tap(fill))).toBe(expected);
  }));

  it('continues if the sink fills up and drains in the call that emits a value', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a--b--|');
    const dataSubs = [   '^-!      ',
                         '--^--!   ',
                         '-----^--!'];
    const expected = '    --a--b--|';
    const full     = new BehaviorSubject(false);
    const fill     = () => { full.next(true); full.next(false); };
    expectObservable(data.pipe(heldWhile(full), tap(fill))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('keeps the order if the sink fills up and drains within a single value', async () => {
    const full = new BehaviorSubject(false);
    const written: string[] = [];
    await synchronous(['a', 'b', 'c', 'd']).pipe(heldWhile(full)).forEach((value) => {
      written.push(value);
      full.next(true);
      full.next(false);
    });
    expect(written).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  it('reads nothing more once a synchronous source has led to its unsubscription', () => {
    const read: string[] = [];
    const data = synchronous(['a', 'b', 'c']).pipe(tap((value) => read.push(value)));
    data.pipe(heldWhile(of(false, true, false)), take(1)).subscribe();
    expect(read).toStrictEqual(['a']);
  });
});
