import type { OnReadOpts, Socket } from 'node:net';
import { Observable, type Subscriber } from 'rxjs';
import { ResetError } from '../errors.js';
import { wasReset } from './handle.js';

/** What a socket is made with, so that it reads into the landing buffer. */
export type MakeSocket = (onread: OnReadOpts) => Socket;

/** A socket and its bytes. */
export interface Incoming {
  readonly socket: Socket;
  readonly bytes$: Observable<Uint8Array>;
}

/**
 * The bytes of a socket, read into the one landing buffer of this process.
 *
 * Subscribing reads on where reading stopped, unsubscribing pauses; one subscriber at a time. A chunk
 * is borrowed: it is overwritten by the next read of any socket, so who keeps it copies it. The end
 * and the error are kept for the next subscriber. Completes at the peer's FIN; the socket stays open.
 *
 *     kernel has   a--b--c-----|
 *     subscribed   ^---!   ^----
 *     bytes$       a--b    c---|
 *
 * @throws ResetError when the peer resets the connection, or it breaks
 */
export function landing(make: MakeSocket): Incoming {
  const reading = reader();
  const socket = make({
    buffer: landingBuffer,
    callback: (size) => reading.next(landingBuffer.subarray(0, size)),
  });
  return { socket, bytes$: reading.over(socket) };
}

/** The same through `data` events, for sockets that cannot land: a buffer is allocated for each read. */
export function dataEvents(socket: Socket): Incoming {
  const reading = reader();
  socket.pause();
  socket.on('data', (chunk: Uint8Array) => {
    reading.next(chunk);
  });
  return { socket, bytes$: reading.over(socket) };
}

/** 256 KiB: larger and smaller ones both cost throughput where this was measured. */
const landingBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Hands what a socket brings to whoever is subscribed; keeps its end for who comes later. */
function reader() {
  let subscriber: Subscriber<Uint8Array> | undefined;
  let outcome: ((subscriber: Subscriber<Uint8Array>) => void) | undefined;

  const settle = (how: NonNullable<typeof outcome>) => {
    outcome ??= how;
    if (subscriber) outcome(subscriber);
  };
  const complete = () => {
    settle((to) => {
      to.complete();
    });
  };
  const fail = (cause?: unknown) => {
    settle((to) => {
      to.error(new ResetError({ cause }));
    });
  };

  return {
    /** Returns whether to read on. */
    next(chunk: Uint8Array): boolean {
      subscriber?.next(chunk);
      return subscriber !== undefined;
    },

    over(socket: Socket): Observable<Uint8Array> {
      socket
        .on('end', () => {
          if (wasReset(socket)) fail();
          else complete();
        })
        .on('error', fail)
        .on('close', () => {
          fail();
        });
      return new Observable((next) => {
        if (subscriber) throw new TypeError('a live source is read by one subscriber at a time');
        if (outcome) {
          outcome(next);
          return;
        }
        subscriber = next;
        socket.resume();
        return () => {
          subscriber = undefined;
          socket.pause();
        };
      });
    },
  };
}
