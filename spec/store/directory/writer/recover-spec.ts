import { closeSync, linkSync, openSync, statSync, writeFileSync } from 'node:fs';
import { Backlog } from '../../../../src/store/directory/writer/backlog.js';
import { disk } from '../../../../src/store/directory/writer/disk.js';
import { Folders } from '../../../../src/store/directory/writer/folders.js';
import { OpenTemporaries } from '../../../../src/store/directory/writer/openTemporaries.js';
import type { Place } from '../../../../src/store/directory/writer/place.js';
import { recover } from '../../../../src/store/directory/writer/recover.js';
import { Room } from '../../../../src/store/directory/writer/room.js';
import { SameDirectory } from '../../../../src/store/directory/writer/sameDirectory.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { following } from '../../../support/following.js';
import { first } from '../../../support/outcome.js';

/** The deaths of its process are in `lender-spec.ts`. */
describe('recover', () => {
  const { closing } = following();
  const path = temporaryDirectory();

  const descriptor = (of: string): number => {
    const fd = openSync(of, 'r');
    closing(() => {
      closeSync(fd);
    });
    return fd;
  };

  const place = (directoryToSync: number): Place => ({
    disk: disk(),
    backlog: new Backlog(Infinity),
    room: new Room({ path: path(), blockSize: 1, minFree: 0 }),
    sameDirectory: new SameDirectory(path(), statSync(path(), { bigint: true })),
    openTemporaries: new OpenTemporaries(),
    temporary: (serial) => path(`.${serial}.part`),
    fileName: (id) => `${id}.file`,
    folders: new Folders({ directory: path(), mode: 0o600, directoryToSync }),
    mode: 0o600,
    needsChmod: false,
    fsync: true,
  });

  const LOAN = { serial: 1, id: 1, facts: { peer: '' } };

  describe.each([
    ['has its name only', false],
    ['has its temporary name, too', true],
  ])('if a published file %s', (_, hasTemporary) => {
    const publish = () => {
      writeFileSync(path('1.file'), 'the bytes');
      if (hasTemporary) linkSync(path('1.file'), path('.1.part'));
    };

    it('emits its size once the directory is synced (--fsync)', async () => {
      publish();
      expect(await first(recover(LOAN, place(descriptor(path()))))).toBe(9);
      expect(contents(path())).toStrictEqual({ '1.file': 'the bytes' });
    });

    it('makes it ERROR, and no backup of it, if the directory cannot be synced (S7)', async () => {
      publish();
      expect(await first(recover(LOAN, place(descriptor('/dev/null'))))).toBeUndefined();
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });
  });
});
