import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import {
  descriptor,
  isTcp,
  newSocket,
  pendingBytes,
  readNow,
  wasReset,
} from '../../src/node/socket.js';
import { temporaryDirectory } from '../support/directory.js';
import { makeFifo, openWriter } from '../support/fifo.js';
import { following } from '../support/following.js';
import { handOver, loopback } from '../support/loopback.js';
import { first, afterPolls } from '../support/outcome.js';

/** The specs of `listen` and `connectTo` cover live sockets. */
describe('a socket without a handle', () => {
  it('has fallbacks for the undocumented members', () => {
    const socket = new Socket();
    expect(descriptor(socket)).toBeUndefined();
    expect(isTcp(socket)).toBe(false);
    expect(readNow(socket, Buffer.alloc(1))).toBeUndefined();
    expect(wasReset(socket)).toBe(false);
    expect(pendingBytes(socket, 100)).toBe(0);
  });
});

describe('wasReset', () => {
  const { closing } = following();
  const { plainServer, plainClient } = loopback();
  const path = temporaryDirectory();

  it('reads no byte of a FIFO, and reports no reset', () => {
    const reader = openSync(makeFifo(path('fifo')), constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openWriter(path('fifo'));
    const socket = newSocket({ fd: reader, readable: true, writable: false, manualStart: true });
    closing(() => {
      socket.destroy();
      closeSync(writer);
    });
    expect([isTcp(socket), wasReset(socket)]).toStrictEqual([false, false]);
    writeSync(writer, 'abc');
    expect([readNow(socket, Buffer.alloc(1)), wasReset(socket)]).toStrictEqual([undefined, false]);
    const rest = Buffer.alloc(9);
    expect(rest.toString('latin1', 0, readSync(reader, rest))).toBe('abc');
  });

  it('reads no byte of a UNIX socket either', async () => {
    const server = createServer((peer) => peer.resume().write('abc')).listen(path('socket'));
    const socket = connect({ path: path('socket') }).pause();
    closing(() => {
      socket.destroy();
      server.close();
    });
    await once(socket, 'connect');
    await afterPolls();
    expect([isTcp(socket), wasReset(socket)]).toStrictEqual([false, false]);
    const read = once(socket, 'data');
    socket.resume();
    expect(String((await read)[0])).toBe('abc');
  });

  it('reports no reset of an open TCP connection, with or without waiting bytes', async () => {
    const { port, sockets$ } = await plainServer();
    const socket = (await plainClient(port)).pause();
    expect([isTcp(socket), wasReset(socket)]).toStrictEqual([true, false]);
    const peer = await first(sockets$);
    await handOver(peer, Buffer.from('ab'));
    expect(readNow(socket, Buffer.alloc(9))).toBe(2);
    expect(readNow(socket, Buffer.alloc(9))).toBeUndefined();
  });
});
