import { Slices } from '../../../../src/store/directory/writer/slices.js';
import { afterPolls } from '../../../support/outcome.js';

describe('Slices', () => {
  const sliced = () => {
    let time = 0;
    const slices = new Slices({ now: () => time });
    const begun: string[] = [];
    return {
      begun,
      begin: (name: string) =>
        slices.begin(() => {
          begun.push(name);
        }),
      work: (ms: number) => {
        time += ms;
        slices.spend(ms, time);
      },
      pause: (ms: number) => {
        time += ms;
      },
    };
  };

  it('begins at once until a round has had its 20 ms, and the rest in the next round', async () => {
    const { begun, begin, work } = sliced();
    begin('a');
    work(19);
    begin('b');
    work(1);
    begin('c');
    begin('d');
    expect(begun).toStrictEqual(['a', 'b']);
    await afterPolls(3);
    expect(begun).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  it('does not count work before a pause', () => {
    const { begun, begin, work, pause } = sliced();
    for (let call = 0; call < 100; call++) {
      work(1);
      pause(100);
    }
    work(1);
    begin('a');
    expect(begun).toStrictEqual(['a']);
    work(20);
    pause(21);
    begin('b');
    expect(begun).toStrictEqual(['a', 'b']);
  });

  it('does not begin work that is cancelled', async () => {
    const { begun, begin, work } = sliced();
    work(20);
    const takeBack = begin('a');
    begin('b');
    takeBack();
    await afterPolls(3);
    expect(begun).toStrictEqual(['b']);
  });
});
