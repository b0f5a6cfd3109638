import { closeSync, openSync } from 'node:fs';
import { descriptor } from '../../src/node/socket.js';
import { unacknowledgedBytes } from '../../src/node/unacknowledged.js';
import { openDescriptors } from '../support/descriptors.js';
import { loopback } from '../support/loopback.js';
import { first, until } from '../support/outcome.js';

/** The specs of `connectTo` cover its values. */
describe('unacknowledgedBytes', () => {
  const { follow, plainClient, plainServer } = loopback();

  it('emits undefined without a descriptor', async () => {
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

  it('reads the table once for concurrent subscribers, in the background, and closes it', async () => {
    const { port } = await plainServer();
    const sockets = [await plainClient(port), await plainClient(port)];
    const fds = sockets.map(descriptor);
    const before = openDescriptors('/proc/');
    const asked = fds.flatMap((fd) =>
      Array.from({ length: 100 }, () => first(unacknowledgedBytes(fd))),
    );
    const shown = process.platform === 'linux';
    expect(openDescriptors('/proc/')).toBe(before + (shown ? 1 : 0));
    expect(new Set(await Promise.all(asked))).toStrictEqual(new Set([shown ? 0 : undefined]));
    expect(openDescriptors('/proc/')).toBe(before);
  });

  it('closes the table also after it is unsubscribed', async () => {
    const { port } = await plainServer();
    const fd = descriptor(await plainClient(port));
    const before = openDescriptors('/proc/');
    follow(unacknowledgedBytes(fd)).stop();
    await until(() => openDescriptors('/proc/') === before);
    expect(await first(unacknowledgedBytes(fd))).toBe(process.platform === 'linux' ? 0 : undefined);
  });
});
