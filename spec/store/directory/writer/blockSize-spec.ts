import { blockSize } from '../../../../src/store/directory/writer/blockSize.js';
import { temporaryDirectory } from '../../../support/directory.js';

describe('blockSize', () => {
  const path = temporaryDirectory();
  const never = () => {
    throw new Error('stat is not run');
  };

  it('is `frsize`, if Node returns it', () => {
    expect(blockSize(path(), never, () => ({ bsize: 2 ** 20, frsize: 512 }))).toBe(512);
  });

  it('is `bsize`, if that is small enough to be the unit', () => {
    expect(blockSize(path(), never, () => ({ bsize: 4096 }))).toBe(4096);
  });

  it('is what `stat` prints, if Node does not return `frsize`', () => {
    expect(
      blockSize(
        path(),
        () => 512,
        () => ({ bsize: 2 ** 20 }),
      ),
    ).toBe(512);
  });

  it('is small if `stat` does not print it', () => {
    expect(
      blockSize(
        path(),
        () => undefined,
        () => ({ bsize: 2 ** 20 }),
      ),
    ).toBe(4096);
  });

  it('runs `stat` for a directory of any name', () => {
    const size = blockSize(path(), undefined, () => ({ bsize: 3 * 2 ** 20 }));
    expect(Number.isInteger(Math.log2(size))).toBe(true);
  });
});
