import { isIPv6 } from 'node:net';
import {
  BehaviorSubject,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  first,
  ignoreElements,
  map,
  Observable,
  repeat,
  switchMap,
  take,
  timer,
} from 'rxjs';
import { ResetError } from '../errors.js';
import { afterPoll$ } from './afterPoll.js';
import { endpoint } from '../peer.js';
import { type Connection, SocketConnection } from './connection.js';
import { descriptor, pendingBytes } from './socket.js';
import type { Incoming } from './incoming.js';
import { unacknowledgedBytes } from './unacknowledged.js';

/** A connection that is written to. */
export interface Uplink extends Connection {
  /**
   * Emits whether it is full: `false` at first and at each `drain`, `true` if a write returns so. Errors if the
   * connection breaks.
   */
  readonly full$: Observable<boolean>;
  /** Accepts a chunk at once. The chunk must not change until the uplink has drained. */
  write(chunk: Uint8Array): void;
  /** Bytes that our kernel has accepted. */
  taken(): number;
  /** Bytes that wait in this process. */
  pending(): number;
  /**
   * Emits the number of bytes that the peer's kernel has not acknowledged, or `undefined` if the system does not show
   * it, and completes.
   */
  readonly unacknowledged$: Observable<number | undefined>;
  /**
   * Completes once our kernel has accepted all written bytes, and `bytes$` has emitted what the peer had sent by
   * then. So an end that comes later is not an end before ours.
   */
  readonly flushed$: Observable<never>;
  /**
   * Completes once closing cannot discard sent bytes: the peer's kernel has acknowledged the last byte. If
   * bytes of the peer are unread at our close, the system sends an RST, which discards bytes on their way. So a peer
   * that has sent anything must be silent for 10 s first; so must a peer whose acknowledgements the system does not
   * show. Read its bytes meanwhile; after its end, closing is safe, too.
   */
  readonly leavable$: Observable<never>;
}

/** An uplink over a socket. */
export class SocketUplink extends SocketConnection implements Uplink {
  private readonly fullness$ = new BehaviorSubject(false);
  private written = 0;
  /** Bytes that the TCP socket had sent before: those of the handshake. */
  private readonly handshakeBytes: number;

  constructor(
    incoming: Incoming,
    private readonly address: string,
    port: number,
  ) {
    super(incoming, endpoint(address, port));
    this.handshakeBytes = this.takenByTcp();
    const fail = (cause?: unknown) => {
      this.fullness$.error(new ResetError({ cause }));
    };
    this.socket
      .on('drain', () => {
        this.fullness$.next(false);
      })
      .on('error', fail)
      .on('close', fail);
  }

  get full$(): Observable<boolean> {
    return this.fullness$;
  }

  write(chunk: Uint8Array): void {
    this.written += chunk.byteLength;
    if (!this.socket.write(chunk)) this.fullness$.next(true);
  }

  taken(): number {
    return this.written - this.pending();
  }

  pending(): number {
    if (this.tcp === this.socket) return pendingBytes(this.socket, this.written);
    if (this.socket.writableLength === 0) return 0;
    // TLS adds bytes to those of the file, so at least one byte is pending while any is.
    return Math.max(1, this.written - this.takenByTcp() + this.handshakeBytes);
  }

  get unacknowledged$(): Observable<number | undefined> {
    return unacknowledgedBytes(descriptor(this.tcp), isIPv6(this.address) ? 'IPv6' : 'IPv4');
  }

  get flushed$(): Observable<never> {
    const secured = this.tcp !== this.socket;
    return concat(
      this.written$,
      defer(() => {
        this.incoming.readNow?.();
        // TLS decrypts bytes within one iteration of the event loop.
        return secured ? afterPoll$.pipe(ignoreElements()) : EMPTY;
      }),
    );
  }

  get leavable$(): Observable<never> {
    return this.unacknowledged$.pipe(
      repeat({ delay: (looks) => timer(Math.min(looks * FIRST_LOOK_MS, LOOK_MS)) }),
      // Bytes that our kernel has not taken yet are not acknowledged either.
      first((bytes) => this.pending() === 0 && (bytes === undefined || bytes === 0)),
      switchMap((bytes) => (bytes === 0 && !this.peerHasSent() ? EMPTY : this.silence$)),
      ignoreElements(),
    );
  }

  /** Not over TLS: servers always send session tickets, but an RST after `close_notify` discards nothing. */
  private peerHasSent(): boolean {
    return this.tcp === this.socket && this.socket.bytesRead > 0;
  }

  private get silence$(): Observable<unknown> {
    return timer(0, LOOK_MS).pipe(
      map(() => this.tcp.bytesRead),
      distinctUntilChanged(),
      switchMap(() => timer(SILENCE_MS)),
      take(1),
    );
  }

  /** Writes an empty chunk, whose callback comes after the last byte. */
  private get written$(): Observable<never> {
    const { socket } = this;
    return new Observable((subscriber) => {
      if (socket.writableLength === 0) subscriber.complete();
      else {
        socket.write(EMPTY_CHUNK, (cause) => {
          if (cause) subscriber.error(new ResetError({ cause }));
          else subscriber.complete();
        });
      }
    });
  }

  private takenByTcp(): number {
    const { tcp } = this;
    return tcp.bytesWritten - pendingBytes(tcp, tcp.bytesWritten);
  }
}

const EMPTY_CHUNK = new Uint8Array(0);

/** The first looks are soon, because most peers are near. */
const FIRST_LOOK_MS = 10;
const LOOK_MS = 250;

/** After this time without bytes, the peer is taken to have received our FIN and to send no more. */
const SILENCE_MS = 10_000;
