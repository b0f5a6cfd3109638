import { Duplex } from 'node:stream';
import { asapScheduler, subscribeOn, type Subscription } from 'rxjs';
import { ResetError } from '../errors.js';
import type { Incoming } from './incoming.js';

type Done = (error?: Error | null) => void;

/**
 * The encrypted bytes of a TCP socket, as a stream below a TLS socket.
 *
 * A TLS socket directly above a TCP socket takes it over: a FIN that cuts the encrypted stream would look like its
 * end, and an RST could not be sent. Here the TCP socket stays ours. It is read while this flows: nothing is kept
 * in between, because the bytes are borrowed, and TLS copies them when they are emitted. It is closed once both
 * sides have ended; otherwise the code that opened it closes it.
 *
 * The event `decrypted` comes after each read, when the TLS socket has decrypted it.
 */
export class Wire extends Duplex {
  /** Why the TCP bytes ended, if not by a FIN. */
  broken: unknown;
  private reading: Subscription | undefined;

  constructor(private readonly incoming: Incoming) {
    super({ allowHalfOpen: true });
  }

  override resume(): this {
    super.resume();
    if (this.reading) return this;
    // Not at once: TLS resumes this before it listens, and a source may have bytes in hand.
    this.reading = this.incoming.bytes$.pipe(subscribeOn(asapScheduler)).subscribe({
      next: (chunk) => {
        for (let from = 0; from < chunk.byteLength; from += SLICE_BYTES)
          this.emit('data', chunk.subarray(from, from + SLICE_BYTES));
        this.emit('decrypted');
      },
      // Not destroyed: bytes that came before may hold a `close_notify`.
      error: (error: unknown) => {
        this.broken = error;
        this.push(null);
      },
      complete: () => {
        this.push(null);
      },
    });
    return this;
  }

  override pause(): this {
    this.stopReading();
    return super.pause();
  }

  override _read(): void {
    // It is read while it flows.
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.incoming.socket.write(chunk, afterReset(done));
  }

  override _writev(parts: readonly { chunk: Uint8Array }[], done: Done): void {
    const { socket } = this.incoming;
    const last = parts.length - 1;
    socket.cork();
    parts.forEach(({ chunk }, index) => {
      if (index === last) socket.write(chunk, afterReset(done));
      else socket.write(chunk);
    });
    socket.uncork();
  }

  override _final(done: Done): void {
    this.incoming.socket.end(afterReset(done));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.stopReading();
    if (this.writableFinished) this.incoming.socket.destroy();
    done(error);
  }

  private stopReading(): void {
    this.reading?.unsubscribe();
    this.reading = undefined;
  }
}

/** TLS allocates as much at a time, and keeps some of it until the connection is closed. */
const SLICE_BYTES = 64 * 1024;

const afterReset =
  (done: Done): Done =>
  (cause) => {
    done(cause ? new ResetError({ cause }) : null);
  };
