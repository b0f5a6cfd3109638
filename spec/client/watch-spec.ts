import { type Observable, ReplaySubject } from 'rxjs';
import { watch } from '../../src/client/watch.js';
import { StalledError } from '../../src/errors.js';
import { level } from '../support/level.js';
import { marbles } from '../support/marbles.js';

const accuse = (due: number) => new StalledError(due);
const STALLED = accuse(10_000);
const DIGITS = { 0: 0, 1: 1, 2: 2, 9: 9 };

/** What a system tells that does not show what the peer has acknowledged. */
const unacknowledged = () => undefined;

// prettier-ignore
describe('watch', () => {
  it('looks four times a second, and tells only what has changed', marbles(({ expectObservable }) => {
    const [taken, looks$] = listened(level('0   299ms   1   499ms   2'));
    const looks    = '              250ms 0 249ms 1 249ms 1 249ms 2 249ms 2    ';
    const expected = '              250ms 0 249ms 1 499ms         2            ';
    const unsub    = '              1499ms                                    !';
    expectObservable(watch({ taken, unacknowledged }, { due: 10_000, accuse }), unsub).toBe(expected, DIGITS);
    expectObservable(looks$).toBe(looks, DIGITS);
  }));

  it('accuses 10 s after the last byte was taken', marbles(({ expectObservable }) => {
    const taken    = level('0 999ms       1         ');
    const expected = '      250ms 0 749ms 1 9999ms #';
    expectObservable(watch({ taken, unacknowledged }, { due: 10_000, accuse })).toBe(expected, DIGITS, STALLED);
  }));

  it('finds a byte in time that is taken on the tenth second', marbles(({ expectObservable }) => {
    const taken    = level('0 999ms       1 9999ms 2');
    const expected = '      250ms 0 749ms 1 9999ms 2 9999ms #';
    expectObservable(watch({ taken, unacknowledged }, { due: 10_000, accuse })).toBe(expected, DIGITS, STALLED);
  }));

  it('takes acknowledged bytes for progress too', marbles(({ expectObservable }) => {
    const uplink = { taken: level('0'), unacknowledged: level('3 8999ms 2 8999ms 1 8999ms 0') };
    const expected = '                    250ms 0                        26749ms - 9999ms #';
    expectObservable(watch(uplink, { due: 10_000, accuse })).toBe(expected, DIGITS, STALLED);
  }));

  it('asks what is acknowledged only while nothing is taken', marbles(({ expectObservable }) => {
    const taken              = level('0 599ms               1 499ms     2    ');
    const [acked, searches$] = listened(level('9                             '));
    const searches           = '      250ms - 249ms 9 249ms - 249ms 9 249ms -';
    const expected           = '      250ms 0 499ms         1 499ms         2';
    const unsub              = '      1499ms                                 !';
    expectObservable(watch({ taken, unacknowledged: acked }, { due: 10_000, accuse }), unsub).toBe(expected, DIGITS);
    expectObservable(searches$).toBe(searches, DIGITS);
  }));

  it('accuses nobody, and searches nothing, while there is nothing to wait for', marbles(({ expectObservable }) => {
    const taken              = level('0');
    const [acked, searches$] = listened(level('9'));
    const expected           = '      250ms 0 ';
    const searches           = '      -       ';
    const unsub              = '      60m    !';
    const options            = { due: 10_000, accuse, waiting: () => false };
    expectObservable(watch({ taken, unacknowledged: acked }, options), unsub).toBe(expected, DIGITS);
    expectObservable(searches$).toBe(searches);
  }));

  it('never accuses where it is due at Infinity', marbles(({ expectObservable }) => {
    const taken    = level('0');
    const expected = '      250ms 0  ';
    const unsub    = '      60m     !';
    expectObservable(watch({ taken, unacknowledged }, { due: Infinity, accuse }), unsub).toBe(expected, DIGITS);
  }));

  it('looks the more often, the sooner it is due', marbles(({ expectObservable }) => {
    const taken    = level('0 49ms       1        ');
    const expected = '      25ms 0 24ms 1 99ms #';
    expectObservable(watch({ taken, unacknowledged }, { due: 100, accuse })).toBe(expected, DIGITS, accuse(100));
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
