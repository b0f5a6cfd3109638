import { existsSync, linkSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { publish } from '../../../../src/store/directory/writer/publish.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { drive, fault, type Interference } from '../../../support/steps.js';

describe('publish', () => {
  const path = temporaryDirectory();

  beforeEach(() => {
    writeFileSync(path('.part'), 'new');
  });

  const publishing =
    (interfere?: Interference, backups = 0n) =>
    () => {
      drive(publish(path('.part'), path('name'), backups), interfere);
    };

  /** Makes the calls with these indexes fail. */
  const failing =
    (faults: Record<number, string>): Interference =>
    (call) => {
      const code = faults[call];
      if (code !== undefined) throw fault(code);
    };

  const NO_LINKS = [
    ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'],
    ...['EACCES', 'EXDEV', 'EINVAL', 'EROFS'],
  ];

  it('gives the temporary file its name', () => {
    publishing()();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it.each(NO_LINKS)('renames it if the file system has no links: %s', (code) => {
    publishing(failing({ 0: code }))();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('backs up the old file, and the name is never missing (S12)', () => {
    writeFileSync(path('name'), 'old');
    const there: boolean[] = [];
    publishing(() => there.push(existsSync(path('name'))))();
    expect(there).toStrictEqual([true, true, true, true, true]);
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it.each(NO_LINKS)('backs up by renaming if the file system has no links: %s', (code) => {
    writeFileSync(path('name'), 'old');
    publishing(failing({ 0: code, 2: code }))();
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it('numbers the backup with the next free number above the highest', () => {
    writeFileSync(path('name'), 'old');
    writeFileSync(path('name.~4~'), 'older');
    mkdirSync(path('name.~5~'));
    publishing(undefined, 3n)();
    expect(contents(path())).toStrictEqual({
      name: 'new',
      'name.~4~': 'older',
      'name.~5~': 'a directory',
      'name.~6~': 'old',
    });
  });

  it('never overwrites a backup, not even if the file system has no links', () => {
    writeFileSync(path('name'), 'old');
    writeFileSync(path('name.~1~'), 'older');
    publishing(failing({ 0: 'EPERM', 2: 'EPERM', 4: 'EPERM' }))();
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'older', 'name.~2~': 'old' });
  });

  it('makes no backup if the old file was removed meanwhile', () => {
    writeFileSync(path('name'), 'old');
    publishing((call) => {
      if (call === 1) unlinkSync(path('name'));
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('succeeds once the name is there, even if the temporary file stays', () => {
    publishing(failing({ 1: 'EIO' }))();
    expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'new' });
  });

  it('throws an error that no other way avoids, and changes nothing', () => {
    expect(publishing(failing({ 0: 'ENOSPC' }))).toThrow('ENOSPC');
    expect(contents(path())).toStrictEqual({ '.part': 'new' });
  });

  it.each([2, 3])(
    'throws if a backup or a rename fails, and leaves everything as it was: call %i',
    (call) => {
      writeFileSync(path('name'), 'old');
      expect(publishing(failing({ [call]: 'ENOSPC' }))).toThrow('ENOSPC');
      expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'old' });
    },
  );

  it('moves a directory back if the file cannot take its name', () => {
    mkdirSync(path('name'));
    // link, lstat, link, lstat of the backup, rename, and the rename of the file.
    expect(publishing(failing({ 5: 'EIO' }))).toThrow('EIO');
    expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'a directory' });
  });

  it('keeps the backup if the name has another file than before', () => {
    writeFileSync(path('name'), 'old');
    const renamedAfterAll: Interference = (call) => {
      if (call !== 3) return;
      renameSync(path('.part'), path('name'));
      throw fault('EIO');
    };
    expect(publishing(renamedAfterAll)).toThrow('EIO');
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it('detects a link that was made although its reply was lost (S12)', () => {
    publishing((call) => {
      if (call !== 0) return;
      linkSync(path('.part'), path('name'));
      throw fault('EEXIST');
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('undoes the backup of a link that was made, if the inodes cannot be read', () => {
    publishing((call) => {
      if (call === 0) {
        linkSync(path('.part'), path('name'));
        throw fault('EEXIST');
      }
      if (call === 1) throw fault('EIO');
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('counts backups beyond 2 ** 53', () => {
    writeFileSync(path('name'), 'old');
    writeFileSync(path('name.~9007199254740992~'), 'older');
    publishing(undefined, 9007199254740991n)();
    expect(contents(path())).toStrictEqual({
      name: 'new',
      'name.~9007199254740992~': 'older',
      'name.~9007199254740993~': 'old',
    });
  });
});
