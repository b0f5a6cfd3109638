import { statSync, writeFileSync } from 'node:fs';
import { removeAbandoned } from '../../../../src/store/directory/owner/abandoned.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';

describe('removeAbandoned', () => {
  const path = temporaryDirectory();

  it('removes what nobody has touched for over a minute of the file system (S9, S13)', () => {
    writeFileSync(path('.part'), 'left');
    const { ctimeMs } = statSync(path('.part'));
    removeAbandoned(path(), ['.part'], ctimeMs + 60_000);
    expect(contents(path())).toStrictEqual({ '.part': 'left' });
    removeAbandoned(path(), ['.part'], ctimeMs + 60_001);
    expect(contents(path())).toStrictEqual({});
  });

  it('misses nothing that is gone by then', () => {
    removeAbandoned(path(), ['.part'], Infinity);
    expect(contents(path())).toStrictEqual({});
  });
});
