import { Duplex } from 'node:stream';
import type { Subscription } from 'rxjs';
import { ResetError } from '../errors.js';
import type { Incoming } from './incoming.js';

type Done = (error?: Error | null) => void;

/**
 * What a TLS socket stands on: the encrypted bytes of a TCP socket as a stream of their own.
 *
 * A TLS socket right above a TCP one takes it over: a FIN that cuts the encrypted stream would look
 * like its end, and there would be no RST. Here the TCP socket stays ours. The TCP socket is read while
 * the TLS socket takes more. It is closed once both sides have ended; otherwise whoever opened it
 * closes it.
 */
export class Wire extends Duplex {
  /** Why it ends, where that is no FIN. */
  broken: unknown;
  private reading: Subscription | undefined;

  constructor(private readonly incoming: Incoming) {
    super({ allowHalfOpen: true });
  }

  override _read(): void {
    if (this.reading) return;
    const reading = this.incoming.bytes$.subscribe({
      next: (chunk) => {
        // The chunk is borrowed, and a stream may keep it.
        if (!this.push(Buffer.from(chunk))) this.stopReading();
      },
      // In its turn: what came before may end the stream in good order.
      error: (error: unknown) => {
        this.broken = error;
        this.push(null);
      },
      complete: () => {
        this.push(null);
      },
    });
    // Its end may have been kept for us.
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
