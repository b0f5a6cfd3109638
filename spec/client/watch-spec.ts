import {
  asyncScheduler,
  catchError,
  defer,
  delay,
  ignoreElements,
  map,
  type Observable,
  of,
  ReplaySubject,
  timer,
} from 'rxjs';
import { watch } from '../../src/client/watch.js';
import { StalledError } from '../../src/errors.js';
import { level } from '../support/level.js';
import { marbles } from '../support/marbles.js';
import { MiB } from '../support/sample.js';

const createError = (due: number) => new StalledError(due);
const STALLED = createError(10_000);
const DIGITS = { 0: 0, 1: 1, 2: 2, 3: 3, 9: 9 };

/** A system that does not show what the peer has acknowledged. */
const unacknowledged$ = of(undefined);

/** Something is left for our kernel to take. */
const pending = () => 1;
const idle = { pending: () => 0 };

/** A system that shows it at once. */
const shown = (unacknowledged: () => number) => defer(() => of(unacknowledged()));

// prettier-ignore
describe('watch', () => {
  it('looks four times a second, and emits only what has changed', marbles(({ expectObservable }) => {
    const [taken, looks$] = listened(level('0   299ms   1   499ms   2'));
    // Each look asks once more, behind the answer of the system.
    const looks    = '              250ms (00) 246ms (11) 246ms (11) 246ms (22) 246ms (22)';
    const expected = '              250ms 0 249ms 1 499ms         2            ';
    const unsub    = '              1499ms                                    !';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: 10_000, createError }), unsub).toBe(expected, DIGITS);
    expectObservable(looks$).toBe(looks, DIGITS);
  }));

  it('errors 10 s after the last byte was accepted', marbles(({ expectObservable }) => {
    const taken    = level('0 999ms       1         ');
    const expected = '      250ms 0 749ms 1 9999ms #';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: 10_000, createError })).toBe(expected, DIGITS, STALLED);
  }));

  it('counts a byte that is accepted on the tenth second', marbles(({ expectObservable }) => {
    const taken    = level('0 999ms       1 9999ms 2');
    const expected = '      250ms 0 749ms 1 9999ms 2 9999ms #';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: 10_000, createError })).toBe(expected, DIGITS, STALLED);
  }));

  it('counts acknowledged bytes as progress, too', marbles(({ expectObservable }) => {
    const uplink = { taken: level('0'), pending, unacknowledged$: shown(level('3 8999ms 2 8999ms 1 8999ms 0')) };
    const expected = '                    250ms 0                        26749ms - 9999ms #';
    expectObservable(watch(uplink, { due: 10_000, createError })).toBe(expected, DIGITS, STALLED);
  }));

  it('reads the acknowledgements only while nothing is accepted', marbles(({ expectObservable }) => {
    const taken              = level('0 599ms               1 499ms     2    ');
    const [acked, searches$] = listened(level('9                             '));
    const searches           = '      250ms - 249ms 9 249ms - 249ms 9 249ms -';
    const expected           = '      250ms 0 499ms         1 499ms         2';
    const unsub              = '      1499ms                                 !';
    expectObservable(watch({ taken, pending, unacknowledged$: shown(acked) }, { due: 10_000, createError }), unsub).toBe(expected, DIGITS);
    expectObservable(searches$).toBe(searches, DIGITS);
  }));

  it('does not read the acknowledgements while more is accepted than kernels keep', marbles(({ expectObservable }) => {
    const FAST = { 0: 0, 1: 17 * MiB, 2: 34 * MiB };
    const times              = level('0 499ms               1 249ms 2           ');
    const [acked, searches$] = listened(level('9                             '));
    const searches           = '      250ms 9 249ms - 249ms - 249ms 9 249ms 9';
    const expected           = '      250ms 0 249ms 1 249ms 2';
    const unsub              = '      1251ms                         !';
    const taken = () => 17 * MiB * times();
    expectObservable(watch({ taken, ...idle, unacknowledged$: shown(acked) }, { due: 10_000, createError }), unsub).toBe(expected, FAST);
    expectObservable(searches$).toBe(searches, DIGITS);
  }));

  it('does not error or read the acknowledgements once all is acknowledged and nothing waits', marbles(({ expectObservable }) => {
    const taken              = level('0');
    const [acked, searches$] = listened(level('9 599ms       0'));
    const expected           = '      250ms 0 ';
    const searches           = '      250ms 9 249ms 9 249ms 0';
    const unsub              = '      60m    !';
    const options            = { due: 10_000, createError, waiting: (unacknowledged = 0) => unacknowledged > 0 };
    expectObservable(watch({ taken, ...idle, unacknowledged$: shown(acked) }, options), unsub).toBe(expected, DIGITS);
    expectObservable(searches$).toBe(searches, DIGITS);
  }));

  it('errors if accepted bytes are not acknowledged, although none wait (C4)', marbles(({ expectObservable }) => {
    const uplink   = { taken: level('2'), ...idle, unacknowledged$: shown(level('9')) };
    const options  = { due: 10_000, createError, waiting: (unacknowledged = 0) => unacknowledged > 0 };
    const expected = '250ms 2 9999ms #';
    expectObservable(watch(uplink, options)).toBe(expected, DIGITS, STALLED);
  }));

  it('errors even while our kernel accepts bytes slowly, if none are acknowledged (C4)', marbles(({ expectObservable }) => {
    const taken    = level('0 999ms 1 4999ms 2 4s 3');
    const acked    = level('0 999ms 1 4999ms 2 4s 3');
    const uplink   = { taken, ...idle, unacknowledged$: shown(acked) };
    const expected = '      250ms 0 749ms 1 4999ms 2 4249ms 3 749ms #';
    const options  = { due: 10_000, createError, waiting: (unacknowledged = 0) => unacknowledged > 0 };
    expectObservable(watch(uplink, options)).toBe(expected, DIGITS, STALLED);
  }));

  it('does not count bytes that our kernel accepts while the acknowledgements are read', marbles(({ expectObservable }) => {
    const now      = () => asyncScheduler.now();
    // Every millisecond a byte is taken, none is acknowledged, and the answers are a little old.
    const answer$  = defer(() => timer(2).pipe(map(now), delay(now() % 7)));
    const uplink   = { taken: now, ...idle, unacknowledged$: answer$ };
    const options  = { due: 10_000, createError, waiting: (unacknowledged = 0) => unacknowledged > 0 };
    const errored$ = watch(uplink, options).pipe(ignoreElements(), catchError(() => ['errored']));
    expectObservable(errored$).toBe('10267ms (x|)', { x: 'errored' });
  }));

  it('does not error while the bytes that our kernel accepts slowly are acknowledged', marbles(({ expectObservable }) => {
    const taken    = level('0 9s 1 9s 2');
    const acked    = level('0');
    const uplink   = { taken, ...idle, unacknowledged$: shown(acked) };
    const expected = '      250ms 0 8999ms 1 8999ms 2';
    const options  = { due: 10_000, createError, waiting: (unacknowledged = 0) => unacknowledged > 0 };
    expectObservable(watch(uplink, options), '60s !').toBe(expected, DIGITS, STALLED);
  }));

  it('looks once more before it errors', marbles(({ expectObservable }) => {
    const [acked, searches$] = listened(level('0'));
    const uplink   = { taken: level('2'), ...idle, unacknowledged$: shown(acked) };
    const expected = '      250ms 2               9999ms #';
    const searches = '      250ms 0               9999ms 0';
    expectObservable(watch(uplink, { due: 10_000, createError })).toBe(expected, DIGITS, STALLED);
    expectObservable(searches$).toBe(searches, DIGITS);
  }));

  it('counts the progress of its last look', marbles(({ cold, expectObservable }) => {
    const late     = level('0 10328ms 1');
    const uplink   = { taken: late, pending, unacknowledged$: cold('--(u|)', { u: undefined }) };
    const expected = '      250ms 0 10079ms 1';
    expectObservable(watch(uplink, { due: 10_000, createError }), '12s !').toBe(expected, DIGITS);
  }));

  // A process that is suspended sees its clock jump between two looks.
  it('counts nothing for a late look', marbles(({ expectObservable }) => {
    const now      = () => asyncScheduler.now();
    const clock    = { now: () => (now() > 5_000 ? now() + 60_000 : now()) };
    const taken    = level('0');
    const expected = '      250ms 0 9999ms 250ms #';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: 10_000, createError, clock })).toBe(expected, DIGITS, STALLED);
  }));

  it('counts no more than four looks for one that takes long', marbles(({ cold, expectObservable }) => {
    const slow$    = cold('1750ms (u|)', { u: undefined });
    const expected = '     250ms 0 19999ms #';
    expectObservable(watch({ taken: level('0'), pending, unacknowledged$: slow$ }, { due: 10_000, createError })).toBe(expected, DIGITS, STALLED);
  }));

  it('never errors if due is Infinity', marbles(({ expectObservable }) => {
    const taken    = level('0');
    const expected = '      250ms 0  ';
    const unsub    = '      60m     !';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: Infinity, createError }), unsub).toBe(expected, DIGITS);
  }));

  it('looks more often if it is due sooner', marbles(({ expectObservable }) => {
    const taken    = level('0 49ms       1        ');
    const expected = '      25ms 0 24ms 1 99ms #';
    expectObservable(watch({ taken, pending, unacknowledged$ }, { due: 100, createError })).toBe(expected, DIGITS, createError(100));
  }));
});

/** The same question, and the answers it has given when it was asked. */
function listened<T>(ask: () => T): [() => T, Observable<T>] {
  const answers$ = new ReplaySubject<T>(Infinity);
  const listening = () => {
    const answer = ask();
    answers$.next(answer);
    return answer;
  };
  return [listening, answers$];
}
