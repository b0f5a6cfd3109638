import { jest } from '@jest/globals';
import { map, NEVER, of, take, VirtualTimeScheduler } from 'rxjs';
import { MAX_TIMER_MS } from '../../src/operators/maxTimer.js';
import { byteBudget, heldWhile, throttleBytes } from '../../src/operators/index.js';
import throttleBytesDiagram from '../diagrams/throttleBytes.js';
import { countingScheduler } from '../support/countingScheduler.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { synchronous } from '../support/synchronous.js';

/** Chunks of which the size alone matters; at 1,000 bytes a second, a byte is a millisecond. */
const CHUNKS = {
  0: { byteLength: 0 },
  2: { byteLength: 2 },
  4: { byteLength: 4 },
  9: { byteLength: 9 },
};
const RATE = 1_000;
const ROOMY = { full$: of(false), spend: () => undefined };
const budgetOf = (burst: number) => byteBudget(RATE, { burst });

// prettier-ignore
describe('throttleBytes', () => {
  obeysTheLaws(() => throttleBytes<{ byteLength: number }>(ROOMY), { a: CHUNKS[2], b: CHUNKS[4] });

  it('does what its diagram shows', holdsTo(throttleBytesDiagram));

  it('accumulates up to its burst while nothing flows, and starts empty', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--4--4 20ms 442--2|', CHUNKS);
    const dataSubs = [   '^-!                ',
                         '----^!             ',
                         '8ms ^ 18ms !       ',
                         '28ms ^---!         '];
    const expected = '    --4--4 20ms 44---2|';
    expectObservable(data.pipe(throttleBytes(budgetOf(6)))).toBe(expected, CHUNKS);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('is not used up by exactly as many bytes as it has accumulated', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('----40-2', CHUNKS);
    const dataSubs = '    ^       ';
    const expected = '    ----40-2';
    expectObservable(data.pipe(throttleBytes(budgetOf(4)))).toBe(expected, CHUNKS);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('reads a synchronous source at its rate, and loses nothing', marbles(({ expectObservable }) => {
    const data     = synchronous([CHUNKS[4], CHUNKS[2], CHUNKS[9], CHUNKS[4]]);
    const expected = '4---2-9--------4---|';
    expectObservable(data.pipe(throttleBytes(budgetOf(0)))).toBe(expected, CHUNKS);
  }));

  it('subtracts what it has spent even if it is held from below meanwhile', marbles(({ hot, expectObservable }) => {
    const full     = hot('f-tf----------', { t: true, f: false });
    const data     = synchronous([CHUNKS[9], CHUNKS[4]]);
    const expected = '    9--------4---|';
    expectObservable(data.pipe(throttleBytes(budgetOf(0)), heldWhile(full))).toBe(expected, CHUNKS);
  }));

  it('shares one budget among several flows in turn', marbles(({ expectObservable }) => {
    const budget   = budgetOf(0);
    const one      = synchronous(['a', 'a', 'a', 'a']).pipe(sized(4), throttleBytes(budget));
    const other    = synchronous(['b', 'b', 'b', 'b']).pipe(sized(4), throttleBytes(budget));
    expectObservable(one.pipe(letter)).toBe('  a---a-------a-------a-------|');
    expectObservable(other.pipe(letter)).toBe('--------b-------b-------b---b---|');
  }));

  it('holds a flow if another one has used up the budget meanwhile', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const budget   = budgetOf(0);
    const one      = synchronous(['a', 'a']).pipe(sized(4), throttleBytes(budget));
    const data     = hot('---------b', { b: CHUNKS[4] });
    const dataSubs = '--------^!';
    expectObservable(one.pipe(letter)).toBe('a---a---|');
    expectObservable(data.pipe(throttleBytes(budget)), '----------!').toBe('---------b', { b: CHUNKS[4] });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('sets no timer while no flow waits', () => {
    const scheduler = new VirtualTimeScheduler();
    const budget = byteBudget(RATE, { scheduler, burst: 0 });
    synchronous([CHUNKS[9], CHUNKS[9]]).pipe(throttleBytes(budget), take(1)).subscribe();
    scheduler.flush();
    expect(scheduler.now()).toBe(0);
  });

  it('continues with the other flows if a waiting one is unsubscribed', marbles(({ expectObservable }) => {
    const budget   = budgetOf(0);
    const one      = synchronous(['a', 'a']).pipe(sized(4), throttleBytes(budget));
    const other    = synchronous(['b', 'b']).pipe(sized(4), throttleBytes(budget));
    const unsub    = '                         --!       ';
    expectObservable(one.pipe(letter), unsub).toBe('a---------');
    expectObservable(other.pipe(letter)).toBe('     ----b---b---|');
  }));

  it('makes a later flow wait for the bytes that earlier ones have overspent', marbles(({ expectObservable }) => {
    const data     = synchronous(['a', 'b', 'c', 'd']).pipe(sized(4), throttleBytes(budgetOf(0)), letter);
    expectObservable(data, '!            ').toBe('a         ');
    expectObservable(data, '--^---!      ').toBe('----b     ');
    expectObservable(data, '----------^-!').toBe('----------c');
  }));

  it('accumulates the bytes of a tenth of a second by default', marbles(({ hot, expectObservable }) => {
    const data     = hot('1s (999)', { 9: { byteLength: 50 } });
    const expected = '    1s (999)';
    expectObservable(data.pipe(throttleBytes(byteBudget(RATE)))).toBe(expected, { 9: { byteLength: 50 } });
    const again    = hot('1s (9999)', { 9: { byteLength: 50 } });
    expectObservable(again.pipe(throttleBytes(byteBudget(RATE)))).toBe(expected, { 9: { byteLength: 50 } });
  }));

  it('is never early: it rounds fractions of a millisecond up', marbles(({ expectObservable }) => {
    const data     = synchronous([CHUNKS[4], CHUNKS[2]]);
    const expected = '4-2|';
    expectObservable(data.pipe(throttleBytes(byteBudget(3_000, { burst: 0 })))).toBe(expected, CHUNKS);
  }));

  it('waits for no longer than a timer can count, and then waits again', () => {
    const { scheduler, delays } = countingScheduler();
    const seen: number[] = [];
    const data$ = synchronous([{ byteLength: 3_000_000_000 }, CHUNKS[0]]).pipe(throttleBytes(byteBudget(RATE, { scheduler })));
    void data$.forEach(() => seen.push(scheduler.now()));
    scheduler.flush();
    expect({ seen, delays }).toStrictEqual({ seen: [0, 3_000_000_000], delays: [MAX_TIMER_MS, 3_000_000_000 - MAX_TIMER_MS] });
  });

  it('sets one timer for all waiting flows, and none while it is not used up', () => {
    const { scheduler, delays } = countingScheduler();
    const budget = byteBudget(RATE, { scheduler });
    const waiting = [budget.full$.subscribe(IDLE), budget.full$.subscribe(IDLE)];
    expect(delays).toStrictEqual([]);
    budget.spend(4);
    budget.spend(4);
    waiting.push(budget.full$.subscribe(IDLE));
    expect(delays).toStrictEqual([4]);
    waiting.forEach((flow) => { flow.unsubscribe(); });
  });

  it('gains nothing from a clock that goes back, and at most its burst from one that jumps', () => {
    let now = 1_000;
    const scheduler = Object.assign(new VirtualTimeScheduler(), { now: () => now });
    const budget = byteBudget(RATE, { scheduler, burst: 5 });
    const words: boolean[] = [];
    void budget.full$.forEach((full) => words.push(full));
    budget.spend(1);
    now = 0;
    budget.spend(0);
    now = 1_000_000;
    budget.spend(5);
    budget.spend(1);
    expect(words).toStrictEqual([false, true, true, true]);
  });

  it('ignores a wall clock that jumps', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const budget = byteBudget(RATE, { burst: 5 });
    const words: boolean[] = [];
    const flow = budget.full$.subscribe({ next: (full) => words.push(full), error: () => undefined });
    budget.spend(1_000);
    wall.mockReturnValue(9_000_000);
    budget.spend(0);
    flow.unsubscribe();
    wall.mockRestore();
    expect(words).toStrictEqual([false, true, true]);
  });

  it('costs nothing without a limit', () => {
    expect(NEVER.pipe(throttleBytes(byteBudget(Infinity)))).toBe(NEVER);
  });

  it('is never used up without a limit', async () => {
    const budget = byteBudget(Infinity);
    budget.spend(1e9);
    const words: boolean[] = [];
    await budget.full$.forEach((full) => words.push(full));
    expect(words).toStrictEqual([false]);
  });

  it.each([0, -1, NaN])('rejects a rate of %d', (rate) => {
    expect(() => byteBudget(rate)).toThrow(new RangeError('the rate has to be above 0'));
  });

  it.each([-1, NaN])('rejects a burst and a number of bytes of %d', (bytes) => {
    expect(() => byteBudget(RATE, { burst: bytes })).toThrow(RangeError);
    expect(() => { byteBudget(RATE).spend(bytes); }).toThrow(RangeError);
  });
});

const IDLE = { error: () => undefined };

const sized = (byteLength: number) => map((letter: string) => ({ letter, byteLength }));
const letter = map((chunk: { letter: string }) => chunk.letter);
