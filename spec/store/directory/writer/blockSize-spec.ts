import { blockSize } from '../../../../src/store/directory/writer/blockSize.js';
import { temporaryDirectory } from '../../../support/directory.js';

describe('blockSize', () => {
  const path = temporaryDirectory();
  const never = () => {
    throw new Error('nobody is asked');
  };

  it('is what Node reports, if it reports the unit', () => {
    expect(blockSize(path(), never, () => ({ bsize: 2 ** 20, frsize: 512 }))).toBe(512);
  });

  it('is what is written at once, if that is small enough to be the unit', () => {
    expect(blockSize(path(), never, () => ({ bsize: 4096 }))).toBe(4096);
  });

  it('is what the system reports, if Node does not', () => {
    expect(
      blockSize(
        path(),
        () => 512,
        () => ({ bsize: 2 ** 20 }),
      ),
    ).toBe(512);
  });

  it('is small if nobody knows it', () => {
    expect(
      blockSize(
        path(),
        () => undefined,
        () => ({ bsize: 2 ** 20 }),
      ),
    ).toBe(4096);
  });

  it('asks the system about a directory of any name', () => {
    const asked = blockSize(path(), undefined, () => ({ bsize: 3 * 2 ** 20 }));
    expect(Number.isInteger(Math.log2(asked))).toBe(true);
  });
});
