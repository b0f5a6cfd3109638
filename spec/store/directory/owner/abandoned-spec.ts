import { statSync, writeFileSync } from 'node:fs';
import { removeAbandoned } from '../../../../src/store/directory/owner/abandoned.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';

describe('removeAbandoned', () => {
  const path = temporaryDirectory();

  it('removes a file that was not touched for a minute on the clock of the file system (S9, S13)', () => {
    writeFileSync(path('.part'), 'left');
    const { ctimeMs } = statSync(path('.part'));
    removeAbandoned(path(), ['.part'], ctimeMs + 60_000);
    expect(contents(path())).toStrictEqual({ '.part': 'left' });
    removeAbandoned(path(), ['.part'], ctimeMs + 60_001);
    expect(contents(path())).toStrictEqual({});
  });

  it('ignores a file that no longer exists', () => {
    removeAbandoned(path(), ['.part'], Infinity);
    expect(contents(path())).toStrictEqual({});
  });
});
