import { jest } from '@jest/globals';
import { catchError, NEVER, type Observable, of, throwError } from 'rxjs';
import { reach } from '../../src/client/reach.js';
import {
  ConnectTimeoutError,
  TlsError,
  UnknownHostError,
  UnreachableError,
} from '../../src/errors.js';
import { marbles } from '../support/marbles.js';

const HOST = 'example.org';
const UNREACHABLE = new UnreachableError(HOST, 5000);
const TIMED_OUT = new ConnectTimeoutError(10_000);

const refusal = (by: string) => new Error(`refused by ${by}`);

// prettier-ignore
describe('reach', () => {
  it('connects to a single address, and stays subscribed to the connection', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const lookup     = cold('--(a|)               ', { a: ['::1'] });
    const lookupSubs = '     ^-!                  ';
    const only       = cold('  ---A               ');
    const onlySubs   = '     --^-------- 60m     !';
    const expected   = '     -----A----- 60m      ';
    const unsub      = '     ----------- 60m     !';
    expectObservable(reachOneOf({ '::1': only }, { lookup }), unsub).toBe(expected);
    expectSubscriptions(lookup.subscriptions).toBe(lookupSubs);
    expectSubscriptions(only.subscriptions).toBe(onlySubs);
  }));

  it('tries no second address when the first answers within 250 ms', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('- 248ms A 9s |');
    const firstSubs  = '     ^ 248ms - 9s !';
    const second     = cold('B             ');
    const expected   = '     - 248ms A 9s |';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe([]);
  }));

  it('joins a second address after 250 ms, and unsubscribes from the first when the second answers', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('-             ');
    const firstSubs  = '     ^ 249ms ---!  ';
    const second     = cold('        ---B--|');
    const secondSubs = '     - 249ms ^-----!';
    const expected   = '     - 249ms ---B--|';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  }));

  it('keeps the first address when that answers first after all', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('- 249ms ---A--|');
    const firstSubs  = '     ^ 249ms ------!';
    const second     = cold('        ----B  ');
    const secondSubs = '     - 249ms ^--!   ';
    const expected   = '     - 249ms ---A--|';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  }));

  it('tries the second address at once when the first refuses', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('--#           ');
    const firstSubs  = '     ^-!           ';
    const second     = cold('  ---B--|     ');
    const secondSubs = '     --^-----!     ';
    const expected   = '     -----B--|     ';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  }));

  it('waits on for the first address when the second refuses', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('- 249ms - 9s A--|');
    const firstSubs  = '     ^ 249ms - 9s ---!';
    const second     = cold('        #        ');
    const secondSubs = '     - 249ms (^!)     ';
    const expected   = '     - 249ms - 9s A--|';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  }));

  it('joins a third address after 250 ms more, and unsubscribes from both others when it answers', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('-                     ');
    const firstSubs  = '     ^ 249ms - 249ms ---!  ';
    const second     = cold('        -             ');
    const secondSubs = '     - 249ms ^ 249ms ---!  ';
    const third      = cold('                ---C--|');
    const thirdSubs  = '     - 249ms - 249ms ^-----!';
    const expected   = '     - 249ms - 249ms ---C--|';
    expectObservable(reachOneOf({ '::1': first, '::2': second, '::3': third })).toBe(expected);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
    expectSubscriptions(third.subscriptions).toBe(thirdSubs);
  }));

  it('fails only when every address has refused', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('- 249ms -----#', undefined, refusal('::1'));
    const firstSubs  = '     ^ 249ms -----!';
    const second     = cold('        --#   ', undefined, refusal('::2'));
    const secondSubs = '     - 249ms ^-!   ';
    const third      = cold('          -#  ', undefined, refusal('::3'));
    const thirdSubs  = '     - 249ms --^!  ';
    const expected   = '     - 249ms -----#';
    expectObservable(reachOneOf({ '::1': first, '::2': second, '::3': third })).toBe(expected, undefined, UNREACHABLE);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
    expectSubscriptions(third.subscriptions).toBe(thirdSubs);
  }));

  it('names the last refusal as the cause', marbles(({ cold, expectObservable }) => {
    const first    = cold('--#  ', undefined, refusal('::1'));
    const second   = cold('  --#', undefined, refusal('127.0.0.1'));
    const expected = '     ----#';
    const cause$ = reachOneOf({ '::1': first, '127.0.0.1': second }).pipe(
      catchError((error: unknown) => throwError(() => (error instanceof UnreachableError ? error.cause : error))),
    );
    expectObservable(cause$).toBe(expected, undefined, refusal('127.0.0.1'));
  }));

  it.each(['::1', '127.0.0.1'])('reports that %s is not trusted, whatever the other addresses answer', (who) => { marbles(({ cold, expectObservable }) => {
    const distrust = new TlsError({ cause: refusal(who) });
    const errorOf  = (address: string) => (address === who ? distrust : refusal(address));
    const first    = cold('--#  ', undefined, errorOf('::1'));
    const second   = cold('  --#', undefined, errorOf('127.0.0.1'));
    const expected = '     ----#';
    expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second })).toBe(expected, undefined, distrust);
  })(); });

  it('passes the error of the look-up on', marbles(({ cold, expectObservable }) => {
    const unknown  = new UnknownHostError(HOST);
    const lookup   = cold('--#', { a: [] }, unknown);
    const expected = '     --#';
    expectObservable(reachOneOf({}, { lookup })).toBe(expected, undefined, unknown);
  }));

  describe('within its time', () => {
    it('gives the look-up and all attempts together 10 s (C3)', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const lookup     = cold('4s (a|)               ', { a: ['::1', '127.0.0.1'] });
      const first      = cold('   -                  ');
      const firstSubs  = '     4s ^ 249ms - 5749ms !';
      const second     = cold('           -          ');
      const secondSubs = '     4s - 249ms ^ 5749ms !';
      const expected   = '     4s - 249ms - 5749ms #';
      expectObservable(reachOneOf({ '::1': first, '127.0.0.1': second }, { lookup })).toBe(expected, undefined, TIMED_OUT);
      expectSubscriptions(first.subscriptions).toBe(firstSubs);
      expectSubscriptions(second.subscriptions).toBe(secondSubs);
    }));

    it('unsubscribes from a look-up that never answers (C3)', marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const lookup     = cold('-         ', { a: [] });
      const lookupSubs = '     ^ 9999ms !';
      const expected   = '     - 9999ms #';
      expectObservable(reachOneOf({}, { lookup })).toBe(expected, undefined, TIMED_OUT);
      expectSubscriptions(lookup.subscriptions).toBe(lookupSubs);
    }));

    // The timers of Node take Infinity for a millisecond, and fake ones do as they do; virtual time does not.
    it.each([2 ** 31, Infinity])('waits forever if that is %d, which no timer can count', (due) => {
      jest.useFakeTimers();
      const fail = jest.fn();
      const waiting = reachOneOf({ '::1': NEVER }, { due }).subscribe({ error: fail });
      jest.advanceTimersByTime(60 * 60 * 1000);
      waiting.unsubscribe();
      jest.useRealTimers();
      expect(fail).not.toHaveBeenCalled();
    });
  });
});

interface Conditions {
  lookup?: Observable<readonly string[]>;
  due?: number;
}

/** Reaches a host at one of these addresses, each with its attempt to connect. */
function reachOneOf(
  attempts: Record<string, Observable<string>>,
  { lookup = of(Object.keys(attempts)), due = 10_000 }: Conditions = {},
): Observable<string> {
  return reach({
    host: HOST,
    port: 5000,
    due,
    lookup: (host) => (host === HOST ? lookup : NEVER),
    connect: (address) => attempts[address] ?? NEVER,
  });
}
