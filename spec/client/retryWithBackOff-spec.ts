import type { ClientFact } from '../../src/client/events.js';
import { retryWithBackOff } from '../../src/client/retryWithBackOff.js';
import { errorData } from '../../src/errorData.js';
import { NoInputError, ResetError } from '../../src/errors.js';
import { marbles } from '../support/marbles.js';

const RESET = new ResetError();
const peer = '127.0.0.1:5000';
const c: ClientFact = { type: 'connected', peer };
const s: ClientFact = { type: 'sent', peer, bytes: 3, ms: 1, confirmed: true };

const retrying = (attempt: number, delay: number): ClientFact => ({
  type: 'retrying',
  attempt,
  delay,
  error: errorData(RESET),
});

const isTransient = (error: unknown) => error === RESET;
const half = () => 0.5;

// prettier-ignore
describe('retryWithBackOff', () => {
  it('passes an attempt that succeeds on', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const attempt     = cold<ClientFact>('--c--(s|)', { c, s });
    const attemptSubs = '     ^----!   ';
    const expected    = '     --c--(s|)';
    expectObservable(attempt.pipe(retryWithBackOff(isTransient, { count: 3, random: half }))).toBe(expected, { c, s });
    expectSubscriptions(attempt.subscriptions).toBe(attemptSubs);
  }));

  it('reports each failure at once, and waits twice as long after each, up to 30 s', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const attempt     = cold<ClientFact>('--#', {}, RESET);
    const attemptSubs = [                       '^-!',
                                   '-- 500ms      ^-!',
                                '---- 1500ms      ^-!',
                              '------ 3500ms      ^-!',
                             '-------- 7500ms     ^-!',
                           '---------- 15500ms    ^-!',
                         '------------ 30500ms    ^-!',
                       '-------------- 45500ms    ^-!'];
    const expected = '--1 499ms --2 999ms --3 1999ms --4 3999ms --5 7999ms --6 14999ms --7 14999ms --#';
    const delays = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
    const values = Object.fromEntries(delays.map((delay, index) => [index + 1, retrying(index + 1, delay)]));
    expectObservable(attempt.pipe(retryWithBackOff(isTransient, { count: 7, random: half }))).toBe(expected, values, RESET);
    expectSubscriptions(attempt.subscriptions).toBe(attemptSubs);
  }));

  it('spreads the delays from 0 to the whole of it (full jitter)', marbles(({ cold, expectObservable }) => {
    const attempt = cold<ClientFact>('#', {}, RESET);
    const numbers = [0, 0.25, 0.999];
    const random = () => numbers.shift() ?? NaN;
    const values = { 1: retrying(1, 0), 2: retrying(2, 500), 3: retrying(3, 3_996) };
    expectObservable(attempt.pipe(retryWithBackOff(isTransient, { count: 3, random }))).toBe('(12) 496ms 3 3995ms #', values, RESET);
  }));

  it('passes any other error on at once', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const noInput     = new NoInputError('a.bin');
    const attempt     = cold<ClientFact>('--#', {}, noInput);
    const attemptSubs = '     ^-!';
    const expected    = '     --#';
    expectObservable(attempt.pipe(retryWithBackOff(isTransient, { count: 3, random: half }))).toBe(expected, {}, noInput);
    expectSubscriptions(attempt.subscriptions).toBe(attemptSubs);
  }));

  it('stops the delay when it is unsubscribed', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const attempt     = cold<ClientFact>('--#', {}, RESET);
    const attemptSubs = '     ^-!       ';
    const unsub       = '     -- 400ms !';
    const expected    = '     --1       ';
    expectObservable(attempt.pipe(retryWithBackOff(isTransient, { count: 3, random: half })), unsub).toBe(expected, { 1: retrying(1, 500) });
    expectSubscriptions(attempt.subscriptions).toBe(attemptSubs);
  }));

  it('begins to count anew for each subscriber', marbles(({ cold, expectObservable }) => {
    const attempt = cold<ClientFact>('#', {}, RESET);
    const result$ = attempt.pipe(retryWithBackOff(isTransient, { count: 1, random: half }));
    const values = { 1: retrying(1, 500) };
    expectObservable(result$).toBe('1 499ms #', values, RESET);
    expectObservable(result$, '--^').toBe('--1 499ms #', values, RESET);
  }));
});
