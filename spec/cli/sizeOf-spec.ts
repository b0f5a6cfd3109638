import { mkdirSync, writeFileSync } from 'node:fs';
import { sizeOf } from '../../src/cli/sizeOf.js';
import { temporaryDirectory } from '../support/directory.js';
import { makeFifo } from '../support/fifo.js';

describe('sizeOf', () => {
  const path = temporaryDirectory();

  it('returns the bytes of a file', () => {
    writeFileSync(path('a.bin'), 'abc');
    expect(sizeOf(path('a.bin'))).toBe(3);
    expect(sizeOf(Buffer.from(path('a.bin')))).toBe(3);
  });

  it('returns undefined for a source that has an end, but no size', () => {
    expect(sizeOf('-')).toBeUndefined();
    expect(sizeOf('/dev/zero')).toBeUndefined();
    expect(sizeOf(makeFifo(path('fifo')))).toBeUndefined();
  });

  it('returns 0 for a file that cannot be sent', () => {
    mkdirSync(path('folder'));
    expect(sizeOf(path('missing'))).toBe(0);
    expect(sizeOf(path('folder'))).toBe(0);
    expect(sizeOf(`${path('missing')}/below`)).toBe(0);
  });
});
