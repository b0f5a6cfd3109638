import { writeFileSync } from 'node:fs';
import { openFilesLimit } from '../../src/node/openFilesLimit.js';
import { temporaryDirectory } from '../support/directory.js';

describe('openFilesLimit', () => {
  const path = temporaryDirectory();

  it.each([
    ['Max open files            64                   4096                 files', 64],
    ['Max open files            unlimited            unlimited            files', Infinity],
    ['Max processes             64                   64                   processes', Infinity],
  ])('reads %j', (line, limit) => {
    writeFileSync(path('limits'), `Limit                     Soft Limit\n${line} \n`);
    expect(openFilesLimit(path('limits'))).toBe(limit);
  });

  it('knows none where the system does not show it', () => {
    expect(openFilesLimit(path('missing'))).toBe(Infinity);
  });

  it('knows that of this process', () => {
    expect(openFilesLimit()).toBeGreaterThan(0);
  });
});
