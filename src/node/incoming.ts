import type { OnReadOpts, Socket } from 'node:net';
import type { Observable } from 'rxjs';
import { ResetError } from '../errors.js';
import type { RawHandle } from './handle.js';
import { newSocket, readNow, wasReset } from './socket.js';
import { Reader, type Verdicts } from './reader.js';

/** Creates a socket that reads into the buffer of `onread`. */
export type CreateSocket = (onread: OnReadOpts) => Socket;

/** A socket and its bytes. */
export interface Incoming {
  readonly socket: Socket;
  readonly bytes$: Observable<Uint8Array>;
  /** The TCP socket below a TLS socket. */
  readonly tcp?: Socket;
  /** Emits the bytes that have come over TCP by now, and their end, without waiting for the event loop. */
  readNow?(): void;
}

/**
 * The bytes of a socket, read into the one landing buffer of this process.
 *
 * Subscribing resumes reading, unsubscribing pauses it; there is one subscriber at a time. A chunk is borrowed: the
 * next read of any socket overwrites it, so code that keeps a chunk copies it. The end and the error are kept
 * for the next subscriber. Completes at the peer's FIN; the socket stays open. A read returns at most `readSize`
 * bytes.
 *
 *     kernel has   a--b--c-----|
 *     subscribed   ^---!   ^----
 *     bytes$       a--b    c---|
 *
 * @throws ResetError if the peer resets the connection, or it breaks
 */
export function landing(
  createSocket: CreateSocket,
  readSize?: number,
  verdicts = ON_TCP,
): Incoming {
  const reader = new Reader();
  const buffer = landingBuffer(readSize);
  const socket = createSocket({
    buffer,
    callback: (size) => reader.next(buffer.subarray(0, size)),
  });
  // Node starts to read a socket that is created from a handle.
  socket.pause();
  return {
    socket,
    bytes$: reader.bytesOf(socket, verdicts),
    readNow() {
      readAll(reader, socket, buffer);
    },
  };
}

/** A socket from the handle of an accepted connection, which reads into the landing buffer. */
export const landingOf = (handle: RawHandle, readSize?: number): Incoming =>
  landing(
    (onread) => newSocket({ handle, allowHalfOpen: true, manualStart: true, onread }),
    readSize,
  );

/**
 * The same through `data` events, for sockets that cannot read into the landing buffer: each read allocates a buffer.
 */
export function dataEvents(socket: Socket, verdicts = ON_TCP): Incoming {
  const reader = new Reader();
  socket.pause();
  socket.on('data', (chunk: Uint8Array) => {
    reader.next(chunk);
  });
  return { socket, bytes$: reader.bytesOf(socket, verdicts) };
}

const ON_TCP: Verdicts = {
  atEnd: (socket) => (wasReset(socket) ? new ResetError() : undefined),
  broken: (cause) => new ResetError({ cause }),
};

/**
 * 2 MiB, because fewer reads need fewer iterations of the event loop. On two cores, 256 KiB took 1.6 times the
 * CPU per GiB, 1 MiB 1.2 times, and 4 MiB were no better. Only pages that a read fills take memory.
 */
const landingMemory = Buffer.allocUnsafeSlow(2 * 2 ** 20);

/** The landing buffer of this process; its first `readSize` bytes, if that is given. */
export const landingBuffer = (readSize?: number): Buffer =>
  readSize === undefined ? landingMemory : landingMemory.subarray(0, readSize);

/** Reads all that waits, but at most `MAX_READS` times, because the peer may send faster than this reads. */
function readAll(reader: Reader, socket: Socket, buffer: Uint8Array): void {
  try {
    for (let reads = 0; reads < MAX_READS && reader.reads; reads++) {
      const size = readNow(socket, buffer);
      if (size === undefined) return;
      if (size === 0) reader.settle(() => undefined);
      else reader.next(buffer.subarray(0, size));
    }
  } catch (cause) {
    reader.settle(() => ON_TCP.broken(cause));
  }
}

const MAX_READS = 16;
