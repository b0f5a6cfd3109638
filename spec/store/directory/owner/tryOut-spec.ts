import { closeSync, openSync } from 'node:fs';
import { tryOut } from '../../../../src/store/directory/owner/tryOut.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';

describe('tryOut', () => {
  const path = temporaryDirectory();

  const trying = (mode: number, directoryToSync?: number) =>
    tryOut({ temporary: path('.part'), name: path('.name'), mode, directoryToSync });

  it.each([0o600, 0o444, 0o666])(
    'makes a file with its permissions, and leaves nothing: %i',
    (mode) => {
      const before = process.umask(0o022);
      try {
        expect(trying(mode).needsChmod).toBe(mode === 0o666);
      } finally {
        process.umask(before);
      }
      expect(contents(path())).toStrictEqual({});
    },
  );

  it('fails if the directory cannot be synced, and leaves nothing (S2)', () => {
    const notSynced = openSync('/dev/null', 'r');
    try {
      expect(() => trying(0o600, notSynced)).toThrow('it cannot be synced (--fsync)');
    } finally {
      closeSync(notSynced);
    }
    expect(contents(path())).toStrictEqual({});
  });
});
