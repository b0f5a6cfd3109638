import { closeSync, openSync, writeFileSync } from 'node:fs';
import { OpenFilesError } from '../../src/errors.js';
import { isNearLimit, openFilesLimit, roomForConnections } from '../../src/node/openFilesLimit.js';
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

  it.each([
    [64, 64],
    ['unlimited', Infinity],
    [undefined, Infinity],
  ])('takes a report of %p if the system does not show it', (soft, limit) => {
    expect(openFilesLimit(path('missing'), () => soft)).toBe(limit);
  });

  it('finds the same limit in the report of Node as in the file of Linux', () => {
    expect(openFilesLimit(path('missing'))).toBe(openFilesLimit());
  });

  it('finds the limit of this process', () => {
    expect(openFilesLimit()).toBeGreaterThan(0);
  });
});

describe('roomForConnections', () => {
  it('counts a socket and a file for each connection, beside the open descriptors', () => {
    expect(roomForConnections(1_024, 20)).toBe(496);
    expect(roomForConnections(1_024, 520)).toBe(246);
    expect(roomForConnections(Infinity, 20)).toBe(Infinity);
  });

  it.each([20, 24, 33])('throws if %d files are too few to save any', (limit) => {
    expect(() => roomForConnections(limit, 20)).toThrow(new OpenFilesError(limit));
  });

  it('counts the open descriptors of this process', () => {
    const held = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));
    const fewer = roomForConnections(1_024);
    held.forEach(closeSync);
    expect(roomForConnections(1_024) - fewer).toBe(10);
  });
});

describe('isNearLimit', () => {
  it.each([
    [58, 64, true],
    [57, 64, false],
    [undefined, 64, false],
    [58, Infinity, false],
  ])('of descriptor %p below %p is %p', (fd, limit, near) => {
    expect(isNearLimit(fd, limit)).toBe(near);
  });
});
