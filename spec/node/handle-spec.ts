import { createServer, Socket } from 'node:net';
import { descriptor, pendingBytes, takeHandles, wasReset } from '../../src/node/handle.js';

/** What they tell of a live socket is shown by `listen` and `connect`. */
describe('what Node keeps to itself of a socket, where it has no handle', () => {
  it('is done without', () => {
    const socket = new Socket();
    takeHandles(createServer(), () => undefined);
    expect(descriptor(socket)).toBeUndefined();
    expect(wasReset(socket)).toBe(false);
    expect(pendingBytes(socket, 100)).toBe(0);
  });
});
