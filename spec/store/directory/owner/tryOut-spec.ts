import { closeSync, openSync } from 'node:fs';
import { tryOut } from '../../../../src/store/directory/owner/tryOut.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';

describe('tryOut', () => {
  const path = temporaryDirectory();

  const tryWith = (mode: number, directoryToSync?: number) =>
    tryOut({ temporary: path('.part'), name: path('.name'), mode, directoryToSync });

  it.each([0o600, 0o444, 0o666])(
    'creates a file with the permissions %i, and removes it',
    (mode) => {
      const before = process.umask(0o022);
      try {
        expect(tryWith(mode).needsChmod).toBe(mode === 0o666);
      } finally {
        process.umask(before);
      }
      expect(contents(path())).toStrictEqual({});
    },
  );

  it('throws if the directory cannot be synced, and leaves no file (S2)', () => {
    const notSynced = openSync('/dev/null', 'r');
    try {
      expect(() => tryWith(0o600, notSynced)).toThrow('it cannot be synced (--fsync)');
    } finally {
      closeSync(notSynced);
    }
    expect(contents(path())).toStrictEqual({});
  });
});
