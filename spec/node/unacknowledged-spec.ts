import { closeSync, openSync } from 'node:fs';
import { unacknowledgedBytes } from '../../src/node/unacknowledged.js';
import { first } from '../support/outcome.js';

/** What it emits of a socket is shown by `connect`. */
describe('unacknowledgedBytes', () => {
  it('emits nothing known without a descriptor', async () => {
    expect(await first(unacknowledgedBytes(undefined))).toBeUndefined();
  });

  it.each(['IPv4', 'IPv6'] as const)(
    'emits nothing known of what is no socket of %s, or is closed',
    async (family) => {
      const fd = openSync('/dev/null', 'r');
      expect(await first(unacknowledgedBytes(fd, family))).toBeUndefined();
      closeSync(fd);
      expect(await first(unacknowledgedBytes(fd, family))).toBeUndefined();
    },
  );
});
