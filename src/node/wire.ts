import { Duplex } from 'node:stream';
import type { Subscription } from 'rxjs';
import { ResetError } from '../errors.js';
import type { Incoming } from './incoming.js';

type Done = (error?: Error | null) => void;

/**
 * The encrypted bytes of a TCP socket, as a stream below a TLS socket.
 *
 * A TLS socket directly above a TCP socket takes it over: a FIN that cuts the encrypted stream would look like its
 * end, and an RST could not be sent. Here the TCP socket stays ours. It is read while the TLS socket accepts
 * more. It is closed once both sides have ended; otherwise the code that opened it closes it.
 */
export class Wire extends Duplex {
  /** Why the TCP bytes ended, if not by a FIN. */
  broken: unknown;
  private reading: Subscription | undefined;

  constructor(private readonly incoming: Incoming) {
    super({ allowHalfOpen: true });
  }

  override _read(): void {
    if (this.reading) return;
    const reading = this.incoming.bytes$.subscribe({
      next: (chunk) => {
        // A stream may keep the chunk, but it is borrowed.
        if (!this.push(Buffer.from(chunk))) this.stopReading();
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
    // A kept end may have completed it at once.
    if (!reading.closed) this.reading = reading;
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

const afterReset =
  (done: Done): Done =>
  (cause) => {
    done(cause ? new ResetError({ cause }) : null);
  };
