import { jest } from '@jest/globals';
import { BehaviorSubject, NEVER, Subject, timer, VirtualTimeScheduler } from 'rxjs';
import { IdleTimeoutError } from '../../src/errors.js';
import { heldWhile, idleTimeout } from '../../src/operators/index.js';
import idleTimeoutDiagram from '../diagrams/idleTimeout.js';
import { countingScheduler } from '../support/countingScheduler.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const DUE = 10_000;
const IDLE = new IdleTimeoutError(DUE);
const FULL = { f: false, t: true };

// prettier-ignore
describe('idleTimeout', () => {
  obeysTheLaws(() => idleTimeout<string>(DUE), { a: 'a', b: 'b' });

  it('does what its diagram shows', holdsTo(idleTimeoutDiagram));

  it('accepts each value on the tenth second after the last (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('- 9999ms a 9999ms b 9999ms |');
    const dataSubs = '    ^ 9999ms - 9999ms - 9999ms !';
    const expected = '    - 9999ms a 9999ms b 9999ms |';
    expectObservable(data.pipe(idleTimeout(DUE))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('errors if a value is a millisecond late (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms -b-|');
    const dataSubs = '    ^ 9999ms !   ';
    const expected = '    a 9999ms #   ';
    expectObservable(data.pipe(idleTimeout(DUE))).toBe(expected, undefined, IDLE);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('errors if the source is silent from the start (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('- 9999ms -a-|');
    const dataSubs = '    ^ 9999ms !   ';
    const expected = '    - 9999ms #   ';
    expectObservable(data.pipe(idleTimeout(DUE))).toBe(expected, undefined, IDLE);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('counts anew from each value', marbles(({ hot, expectObservable }) => {
    const data     = hot('- 8s a 8s b 8s c 20s   |');
    const expected = '    - 8s a 8s b 8s c 9999ms #';
    expectObservable(data.pipe(idleTimeout(DUE))).toBe(expected, undefined, IDLE);
  }));

  it('looks again before it errors, and counts anew from a value that comes meanwhile', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms -b            ');
    const look     = cold(         '---x         ');
    const lookSubs = [   '- 9999ms ^!            ',
                         '- 9999ms -- 9999ms ^--!'];
    const expected = '    a 9999ms -b 9999ms ---#';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look }))).toBe(expected, undefined, IDLE);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('accepts an end that comes while it looks again', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms -|  ');
    const look     = cold(        '---x');
    const lookSubs = '    - 9999ms ^!  ';
    const expected = '    a 9999ms -|  ';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look }))).toBe(expected);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('errors if the second look ends without a value', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms ----b');
    const look     = cold(        '---|');
    const lookSubs = '    - 9999ms ^--!';
    const expected = '    a 9999ms ---#';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look }))).toBe(expected, undefined, IDLE);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('passes an error of the second look on', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms ----b');
    const look     = cold(        '---#');
    const dataSubs = '    ^ 9999ms ---!';
    const expected = '    a 9999ms ---#';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look }))).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('unsubscribes from a second look that emits at once', () => {
    const look = new BehaviorSubject('polled');
    const scheduler = new VirtualTimeScheduler();
    NEVER.pipe(idleTimeout(DUE, { scheduler, lookAgain$: look })).subscribe({ error: () => undefined });
    scheduler.flush();
    expect({ now: scheduler.now(), observed: look.observed }).toStrictEqual({ now: DUE, observed: false });
  });

  it('stops its clock while it is held from below (S6)', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const full     = hot('f 4s t 60s f         ', FULL);
    const data     = hot('a 4s - 60s - 20s    b');
    const dataSubs = [   '^ 4s !               ',
                         '- 4s - 60s ^ 9999ms !'];
    const expected = '    a 4s - 60s - 9999ms #';
    expectObservable(data.pipe(idleTimeout(DUE), heldWhile(full))).toBe(expected, undefined, IDLE);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('sets one timer for all values, and another for the rest of the time', () => {
    const { scheduler, delays } = countingScheduler();
    const source = new Subject<string>();
    const errors: unknown[] = [];
    source.pipe(idleTimeout(DUE, { scheduler })).subscribe({ error: (error: unknown) => errors.push(error, scheduler.now()) });
    void timer(7_000, scheduler).forEach(() => { for (let value = 0; value < 4_000; value++) source.next('a'); });
    scheduler.flush();
    expect(delays).toStrictEqual([DUE, 7_000, 7_000, 0]);
    expect(errors).toStrictEqual([IDLE, 17_000]);
  });

  it('waits for a fraction of a millisecond, too, which timers ignore', () => {
    let now = 0;
    const { scheduler, delays } = countingScheduler(() => now);
    const source = new Subject<string>();
    void source.pipe(idleTimeout(DUE, { scheduler })).forEach(() => undefined);
    now = 0.5;
    source.next('a');
    now = scheduler.maxFrames = DUE;
    scheduler.flush();
    expect(delays).toStrictEqual([DUE, 1]);
  });

  it('ignores a wall clock that jumps', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const monotonic = jest.spyOn(performance, 'now').mockReturnValue(0);
    const { scheduler, delays } = countingScheduler(() => Date.now());
    const source = new Subject<string>();
    const errors: unknown[] = [];
    const subscription = source.pipe(idleTimeout(DUE, { scheduler })).subscribe({ error: (error: unknown) => errors.push(error) });
    monotonic.mockReturnValue(1);
    source.next('a');
    wall.mockReturnValue(9_000_000);
    monotonic.mockReturnValue(DUE);
    scheduler.maxFrames = DUE;
    scheduler.flush();
    expect({ errors, delays }).toStrictEqual({ errors: [], delays: [DUE, 1] });
    wall.mockReturnValue(0);
    monotonic.mockReturnValue(DUE + 1);
    scheduler.maxFrames = Infinity;
    scheduler.flush();
    subscription.unsubscribe();
    jest.restoreAllMocks();
    expect(errors).toStrictEqual([IDLE]);
  });

  it.each([-1, NaN])('rejects %d ms', (due) => {
    expect(() => idleTimeout(due)).toThrow(RangeError);
  });

  it.each([Infinity, 2 ** 31])('sets no timer for %d ms, which Node would treat as 1 ms', (due) => {
    expect(NEVER.pipe(idleTimeout(due))).toBe(NEVER);
  });

  it('stops its clock at unsubscription', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a----');
    const look     = cold('--x');
    const lookSubs: string[] = [];
    const unsub    = '    ---! ';
    const dataSubs = '    ^--! ';
    const expected = '    a----';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look })), unsub).toBe(expected);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('stops its clock at the end of the source', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a--|');
    const look     = cold('--x');
    const lookSubs: string[] = [];
    const expected = '    a--|';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look }))).toBe(expected);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('stops looking again at unsubscription', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const data     = hot('a 9999ms ----b');
    const look     = cold(        '---x');
    const lookSubs = '    - 9999ms ^-!  ';
    const unsub    = '    - 9999ms --!  ';
    const expected = '    a 9999ms -----';
    expectObservable(data.pipe(idleTimeout(DUE, { lookAgain$: look })), unsub).toBe(expected);
    expectSubscriptions(look.subscriptions).toBe(lookSubs);
  }));

  it('uses the given scheduler, and reports the timeout in the error', () => {
    const scheduler = new VirtualTimeScheduler();
    const errors: unknown[] = [];
    NEVER.pipe(idleTimeout(DUE, { scheduler })).subscribe({
      error: (error: unknown) => { errors.push(error, scheduler.now()); },
    });
    scheduler.flush();
    expect(errors).toStrictEqual([IDLE, DUE]);
    expect(errors[0]).toMatchObject({ name: 'IdleTimeoutError', code: 'IDLE', due: DUE });
  });
});
