import { concat, ignoreElements, map, type Observable, throwError } from 'rxjs';
import { patientNumbers } from '../../../src/store/ids/patientNumbers.js';
import { marbles } from '../../support/marbles.js';

const ids: Readonly<Record<string, number>> = { 1: 1, 2: 2, 3: 3 };
const DOWN = new Error('down');

/** Answers the requests and the pings one after the other. */
function engine(asks: readonly Observable<number>[], pings: readonly Observable<never>[] = []) {
  const asked: string[] = [];
  const [answers, pongs] = [[...asks], [...pings]];
  return {
    asked,
    ask(messageId: string) {
      asked.push(messageId);
      return answers.shift() ?? concat();
    },
    ping: () => pongs.shift() ?? concat(),
  };
}

// prettier-ignore
describe('patientNumbers', () => {
  it('asks at once, for each file, while the engine answers', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const first      = cold('---(1|)', ids);
    const second     = cold('   -(2|)', ids);
    const firstSubs  = '     ^--!   ';
    const secondSubs = '     -^!    ';
    const numbers = patientNumbers(engine([first, second]));
    expectObservable(numbers.next('a')).toBe('     ---(1|)', ids);
    expectObservable(numbers.next('b'), '-^').toBe('--(2|)', ids);
    expectSubscriptions(first.subscriptions).toBe(firstSubs);
    expectSubscriptions(second.subscriptions).toBe(secondSubs);
  }));

  it('repeats a request that failed once the engine answers a ping, with the same id', marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
    const failing  = cold<number>('--#', {}, DOWN);
    const again    = cold('                                -(1|)', ids);
    const noPong   = cold<never>(' ---#', {}, DOWN);
    const pong     = cold<never>('                       ---|');
    const noPongSubs = '           -- 500ms ^--!';
    const pongSubs   = '           -- 500ms --- 500ms     ^--!';
    const expected   = '           -- 500ms --- 500ms     ----(1|)';
    const server = engine([failing, again], [noPong, pong]);
    expectObservable(patientNumbers(server).next('a')).toBe(expected, ids);
    expectSubscriptions(noPong.subscriptions).toBe(noPongSubs);
    expectSubscriptions(pong.subscriptions).toBe(pongSubs);
    flush();
    expect(server.asked).toStrictEqual(['a', 'a']);
  }));

  it('holds requests that come while the engine is down, and keeps their order', marbles(({ cold, expectObservable, flush }) => {
    const failing = cold<number>('#', {}, DOWN);
    const server = engine([failing, cold('(1|)', ids), cold('(2|)', ids), cold('(3|)', ids)]);
    const numbers = patientNumbers(server);
    expectObservable(numbers.next('a')).toBe('       500ms (1|)', ids);
    expectObservable(numbers.next('b'), '-^   ').toBe('500ms (2|)', ids);
    expectObservable(numbers.next('c'), '--^  ').toBe('500ms (3|)', ids);
    flush();
    expect(server.asked).toStrictEqual(['a', 'a', 'b', 'c']);
  }));

  it('pings once for all who wait, and no longer than somebody waits', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const down   = () => cold<number>('#', {}, DOWN);
    const noPong = cold<never>('     -#', {}, DOWN);
    const last   = cold<never>('     --------');
    const numbers = patientNumbers(engine([down(), down()], [noPong, last]));
    expectObservable(numbers.next('a'), '^ 1003ms !    ').toBe('');
    expectObservable(numbers.next('b'), '^ 1005ms ---! ').toBe('');
    expectSubscriptions(noPong.subscriptions).toBe('500ms ^!');
    expectSubscriptions(last.subscriptions).toBe('  1001ms ^ 7ms !');
  }));

  it('waits for the next ping if the engine fails again at once', marbles(({ cold, expectObservable }) => {
    const down = () => cold<number>('#', {}, DOWN);
    const numbers = patientNumbers(engine([down(), down(), cold('(1|)', ids)]));
    expectObservable(numbers.next('a')).toBe('500ms 500ms (1|)', ids);
  }));

  it('does not forget who fails again at once while others succeed', marbles(({ cold, expectObservable }) => {
    const down = () => cold<number>('#', {}, DOWN);
    const answers = [down(), down(), throwError(() => DOWN), cold('(2|)', ids), cold('(1|)', ids)];
    const numbers = patientNumbers(engine(answers));
    expectObservable(numbers.next('a')).toBe('500ms 500ms (1|)', ids);
    expectObservable(numbers.next('b')).toBe('500ms (2|)', ids);
  }));

  it('knows the problem of the engine while it has one', marbles(({ cold, expectObservable, flush }) => {
    const numbers = patientNumbers(engine([cold<number>('#', {}, DOWN), cold('(1|)', ids)]));
    expect(numbers.problem).toBeUndefined();
    expectObservable(numbers.next('a').pipe(ignoreElements())).toBe('500ms |');
    expectObservable(cold('-(a|)').pipe(map(() => numbers.problem))).toBe('-(a|)', { a: DOWN });
    flush();
    expect(numbers.problem).toBeUndefined();
  }));

  it('knows it too while the engine answers pings, but no request', marbles(({ cold, expectObservable }) => {
    const [first, silence] = [cold<number>('#', {}, DOWN), cold<number>('----')];
    const numbers = patientNumbers(engine([first, silence]));
    expectObservable(numbers.next('a')).toBe('');
    expectObservable(cold('- 500ms (a|)').pipe(map(() => numbers.problem))).toBe('- 500ms (a|)', { a: DOWN });
  }));
});
