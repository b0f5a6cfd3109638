import { createServer, type Server } from 'node:net';
import { takeHandles } from '../../src/node/handle.js';

/** The members of a handle that can read into our buffer. */
const READABLE = { useUserBuffer: () => undefined, readStart: () => 0, bytesRead: 0 };

describe('takeHandles', () => {
  /** A server to whose handle the spec passes connections, and the sockets that Node makes of them. */
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

  it('reports that a server that does not listen has none', () => {
    expect(takeHandles(createServer(), () => undefined)).toBe(false);
  });

  it('uses handles that can read into our buffer', () => {
    const { listening, made, taken } = server();
    const handle = READABLE;
    listening.onconnection(0, handle);
    expect({ made, taken }).toStrictEqual({ made: [], taken: [handle] });
  });

  it.each([
    {},
    { ...READABLE, useUserBuffer: undefined },
    { ...READABLE, readStart: undefined },
    { ...READABLE, bytesRead: undefined },
  ])('leaves other handles, and errors, to Node: %o', (handle) => {
    const { listening, made, taken } = server();
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
