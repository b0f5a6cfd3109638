import { closeSync, linkSync, openSync, writeFileSync } from 'node:fs';
import { recover } from '../../../../src/store/directory/writer/recover.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { following } from '../../../support/following.js';
import { first } from '../../../support/outcome.js';
import { placeIn } from '../../../support/place.js';

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
      expect(await first(recover(LOAN, placeIn(path(), descriptor(path()))))).toBe(9);
      expect(contents(path())).toStrictEqual({ '1.file': 'the bytes' });
    });

    it('makes it ERROR, and no backup of it, if the directory cannot be synced (S7)', async () => {
      publish();
      expect(await first(recover(LOAN, placeIn(path(), descriptor('/dev/null'))))).toBeUndefined();
      expect(contents(path())).toStrictEqual({ '1.file': 'ERROR' });
    });
  });
});
