import { Backlog } from '../../../../src/store/directory/writer/backlog.js';

describe('Backlog', () => {
  it('is full above its limit, until half of the limit is written', () => {
    const backlog = new Backlog(10);
    const full = [10, 1, -5, -1, 1, 5, 0].map((bytes) => {
      backlog.grow(bytes);
      return backlog.full;
    });
    expect(full).toStrictEqual([false, true, true, false, false, true, true]);
  });

  it('calls its members when it becomes full, and when it no longer is', () => {
    const backlog = new Backlog(10);
    const calls: string[] = [];
    const member = (name: string) => ({
      updateFull: () => calls.push(`${name} ${backlog.full}`),
    });
    const left = member('left');
    backlog.join(left);
    backlog.join(member('one'));
    backlog.join(member('two'));
    backlog.leave(left);
    for (const bytes of [10, 10, 10, -10, -10, -10]) backlog.grow(bytes);
    expect(calls).toStrictEqual(['one true', 'two true', 'one false', 'two false']);
  });
});
