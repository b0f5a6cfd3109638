import { closeSync, openSync } from 'node:fs';
import { unacknowledgedBytes } from '../../src/node/unacknowledged.js';

/** What it tells of a socket is shown by `connect`. */
describe('unacknowledgedBytes', () => {
  it('tells nothing without a descriptor', () => {
    expect(unacknowledgedBytes(undefined)).toBeUndefined();
  });

  it('tells nothing of what is no socket, or is closed', () => {
    const fd = openSync('/dev/null', 'r');
    expect(unacknowledgedBytes(fd)).toBeUndefined();
    closeSync(fd);
    expect(unacknowledgedBytes(fd)).toBeUndefined();
  });
});
