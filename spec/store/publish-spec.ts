import { existsSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { publish } from '../../src/store/publish.js';
import { contents, temporaryDirectory } from '../support/directory.js';
import { drive, fault, type Interference } from '../support/steps.js';

describe('publish', () => {
  const path = temporaryDirectory();

  beforeEach(() => {
    writeFileSync(path('.part'), 'new');
  });

  const publishing =
    (interfere?: Interference, backups = 0) =>
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

  const LINKS_NOTHING = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

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
    expect(there).toStrictEqual([true, true, true]);
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
    publishing(undefined, 3)();
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

  it.each([1, 2])(
    'passes on what goes wrong while it backs up, and loses nothing: call %i',
    (turn) => {
      writeFileSync(path('name'), 'old');
      expect(publishing(failing({ [turn]: 'ENOSPC' }))).toThrow('ENOSPC');
      expect(contents(path())).toMatchObject({ '.part': 'new', name: 'old' });
    },
  );
});
