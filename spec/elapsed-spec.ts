import { elapsed } from '../src/elapsed.js';

describe('elapsed', () => {
  it('rounds to microseconds', () => {
    expect(elapsed({ now: () => 40.296144999999996 }, 1)).toBe(39.296);
    expect(elapsed({ now: () => 1 }, 1)).toBe(0);
  });
});
