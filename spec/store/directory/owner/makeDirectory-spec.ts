import { mkdirSync, writeFileSync } from 'node:fs';
import { defer, NEVER, of, throwError } from 'rxjs';
import { makeDirectory } from '../../../../src/store/directory/owner/makeDirectory.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { following } from '../../../support/following.js';
import { COMPLETED, ending } from '../../../support/outcome.js';

describe('makeDirectory', () => {
  const { follow } = following();
  const path = temporaryDirectory();
  const failing = () => throwError(() => new RangeError('of use'));

  it('creates the directory before it is used, and keeps it', async () => {
    const use = () =>
      defer(() => {
        writeFileSync(path('new', '1.file'), 'one');
        return of(1);
      });
    expect(await ending(makeDirectory(path('new'), use))).toBe(COMPLETED);
    expect(contents(path('new'))).toStrictEqual({ '1.file': 'one' });
  });

  it('does nothing before it is subscribed', () => {
    void makeDirectory(path('new'), () => NEVER);
    expect(contents(path())).toStrictEqual({});
  });

  it('keeps the directory when it is unsubscribed', () => {
    follow(makeDirectory(path('new'), () => NEVER)).stop();
    expect(contents(path())).toStrictEqual({ new: 'a directory' });
  });

  it('passes an error on and removes the directory that it has created (S2)', async () => {
    expect(await ending(makeDirectory(path('new'), failing))).toBeInstanceOf(RangeError);
    expect(contents(path())).toStrictEqual({});
  });

  it('leaves a directory that is not empty by then', async () => {
    const use = () =>
      defer(() => {
        writeFileSync(path('new', '1.file'), 'one');
        return failing();
      });
    expect(await ending(makeDirectory(path('new'), use))).toBeInstanceOf(RangeError);
    expect(contents(path('new'))).toStrictEqual({ '1.file': 'one' });
  });

  it('leaves a directory that it has not created', async () => {
    mkdirSync(path('old'));
    expect(await ending(makeDirectory(path('old'), failing))).toBeInstanceOf(RangeError);
    expect(contents(path())).toStrictEqual({ old: 'a directory' });
  });

  it('creates no parents (S2)', async () => {
    const made$ = makeDirectory(path('new', 'newer'), () => NEVER);
    expect(await ending(made$)).toMatchObject({
      name: 'DirectoryError',
      path: path('new', 'newer'),
      cause: { code: 'ENOENT' },
    });
    expect(contents(path())).toStrictEqual({});
  });

  it('errors if the path is a file', async () => {
    writeFileSync(path('file'), 'precious');
    expect(await ending(makeDirectory(path('file'), () => NEVER))).toMatchObject({
      name: 'DirectoryError',
    });
    expect(contents(path())).toStrictEqual({ file: 'precious' });
  });
});
