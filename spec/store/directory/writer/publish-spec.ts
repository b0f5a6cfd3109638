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

  /** Lets the calls of these turns fail. */
  const failing =
    (faults: Record<number, string>): Interference =>
    (turn) => {
      const code = faults[turn];
      if (code !== undefined) throw fault(code);
    };

  const LINKS_NOTHING = [
    ...['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'],
    ...['EACCES', 'EXDEV', 'EINVAL', 'EROFS'],
  ];

  it('gives the temporary file its name', () => {
    publishing()();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it.each(LINKS_NOTHING)('renames it where there are no links: %s', (code) => {
    publishing(failing({ 0: code }))();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('backs up what has the name, and the name is there all the time (S12)', () => {
    writeFileSync(path('name'), 'old');
    const there: boolean[] = [];
    publishing(() => there.push(existsSync(path('name'))))();
    expect(there).toStrictEqual([true, true, true, true, true]);
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it.each(LINKS_NOTHING)('backs up by renaming where there are no links: %s', (code) => {
    writeFileSync(path('name'), 'old');
    publishing(failing({ 0: code, 2: code }))();
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it('goes on from the highest backup to the next one that is free', () => {
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

  it('never renames over a backup, not even where there are no links', () => {
    writeFileSync(path('name'), 'old');
    writeFileSync(path('name.~1~'), 'older');
    publishing(failing({ 0: 'EPERM', 2: 'EPERM', 4: 'EPERM' }))();
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'older', 'name.~2~': 'old' });
  });

  it('needs no backup of what has gone meanwhile', () => {
    writeFileSync(path('name'), 'old');
    publishing((turn) => {
      if (turn === 1) unlinkSync(path('name'));
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('is done once the name is there, also where the temporary stays', () => {
    publishing(failing({ 1: 'EIO' }))();
    expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'new' });
  });

  it('passes on what no other way helps against, and changes nothing', () => {
    expect(publishing(failing({ 0: 'ENOSPC' }))).toThrow('ENOSPC');
    expect(contents(path())).toStrictEqual({ '.part': 'new' });
  });

  it.each([2, 3])(
    'passes on what goes wrong while it backs up or renames, and everything is as it was: call %i',
    (turn) => {
      writeFileSync(path('name'), 'old');
      expect(publishing(failing({ [turn]: 'ENOSPC' }))).toThrow('ENOSPC');
      expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'old' });
    },
  );

  it('puts a directory back that it moved aside, if the file cannot take its place', () => {
    mkdirSync(path('name'));
    // A link, a look, a link, a look for the backup, a rename, and the rename of the file.
    expect(publishing(failing({ 5: 'EIO' }))).toThrow('EIO');
    expect(contents(path())).toStrictEqual({ '.part': 'new', name: 'a directory' });
  });

  it('keeps the backup if the name stands for another file than before', () => {
    writeFileSync(path('name'), 'old');
    const renamedAfterAll: Interference = (turn) => {
      if (turn !== 3) return;
      renameSync(path('.part'), path('name'));
      throw fault('EIO');
    };
    expect(publishing(renamedAfterAll)).toThrow('EIO');
    expect(contents(path())).toStrictEqual({ name: 'new', 'name.~1~': 'old' });
  });

  it('takes a link for made that was made, whatever the answer: a lost reply (S12)', () => {
    publishing((turn) => {
      if (turn !== 0) return;
      linkSync(path('.part'), path('name'));
      throw fault('EEXIST');
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('undoes the backup of a link that was made, if inodes do not show it', () => {
    publishing((turn) => {
      if (turn === 0) {
        linkSync(path('.part'), path('name'));
        throw fault('EEXIST');
      }
      if (turn === 1) throw fault('EIO');
    })();
    expect(contents(path())).toStrictEqual({ name: 'new' });
  });

  it('goes on from a backup with a number above 2 ** 53', () => {
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
