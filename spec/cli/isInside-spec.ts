import { mkdirSync, symlinkSync } from 'node:fs';
import { isInside } from '../../src/cli/isInside.js';
import { temporaryDirectory } from '../support/directory.js';

describe('isInside', () => {
  const path = temporaryDirectory();

  it.each([
    ['inbox/log', true],
    ['inbox/a/b/log', true],
    ['inbox/../inbox/log', true],
    ['log', false],
    ['inbox.log', false],
    ['inbox/../log', false],
    ['..inbox', false],
    ['.', false],
  ])('%s: %s', (file, inside) => {
    mkdirSync(path('inbox'));
    expect(isInside(path(...file.split('/')), path('inbox'))).toBe(inside);
  });

  it('knows the files of a directory that does not exist yet, and all files of the root', () => {
    expect(isInside(path('inbox', 'log'), path('inbox'))).toBe(true);
    expect(isInside(path('log'), '/')).toBe(true);
  });

  it.each([
    ['to a file', 'inbox/log'],
    ['to a relative path', 'relative'],
    ['of a directory', 'linked/log'],
  ])('follows a link %s, also if it leads to nothing', (_, file) => {
    mkdirSync(path('inbox'));
    symlinkSync(path('inbox', 'missing'), path('to-missing'));
    symlinkSync('to-missing', path('relative'));
    symlinkSync(path('inbox'), path('linked'));
    expect(isInside(path(...file.split('/')), path('inbox'))).toBe(true);
  });

  it('returns for links in a circle', () => {
    mkdirSync(path('inbox'));
    symlinkSync(path('two'), path('one'));
    symlinkSync(path('one'), path('two'));
    expect(isInside(path('one'), path('inbox'))).toBe(false);
  });
});
