import { createServer, type Server, Socket } from 'node:net';
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

describe('takeHandles', () => {
  /** A server whose handle is told of connections by us, and what Node makes of them. */
  const server = () => {
    const made: unknown[] = [];
    const listening = {
      onconnection(error: number, accepted?: object) {
        made.push([this === listening, error, accepted]);
      },
    };
    const taken: unknown[] = [];
    takeHandles({ _handle: listening } as unknown as Server, (handle) => {
      taken.push(handle);
    });
    return { listening, made, taken };
  };

  it('takes handles that can land', () => {
    const { listening, made, taken } = server();
    const handle = { useUserBuffer: () => undefined };
    listening.onconnection(0, handle);
    expect({ made, taken }).toStrictEqual({ made: [], taken: [handle] });
  });

  it('leaves others, and errors, to Node', () => {
    const { listening, made, taken } = server();
    const handle = {};
    listening.onconnection(0, handle);
    listening.onconnection(-24);
    expect({ made, taken }).toStrictEqual({
      made: [
        [true, 0, handle],
        [true, -24, undefined],
      ],
      taken: [],
    });
  });
});
