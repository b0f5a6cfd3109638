import { Backlog } from '../../../../src/store/directory/writer/backlog.js';

describe('Backlog', () => {
  it('is crowded beyond its limit, until half of that is written', () => {
    const backlog = new Backlog(10);
    const crowdedAt = [10, 1, -5, -1, 1, 5, 0].map((bytes) => {
      backlog.grow(bytes);
      return backlog.crowded;
    });
    expect(crowdedAt).toStrictEqual([false, true, true, false, false, true, true]);
  });

  it('tells whoever contributes when it becomes so, and when it is over', () => {
    const backlog = new Backlog(10);
    const told: string[] = [];
    const contributor = (name: string) => ({
      hold: () => told.push(`${name} ${backlog.crowded}`),
    });
    const left = contributor('left');
    backlog.join(left);
    backlog.join(contributor('one'));
    backlog.join(contributor('two'));
    backlog.leave(left);
    for (const bytes of [10, 10, 10, -10, -10, -10]) backlog.grow(bytes);
    expect(told).toStrictEqual(['one true', 'two true', 'one false', 'two false']);
  });
});
