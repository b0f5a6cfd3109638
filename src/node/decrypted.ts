import type { TLSSocket } from 'node:tls';
import type { Observable, Subscriber } from 'rxjs';
import { decryptInto } from './handle.js';
import { type Flow, Reader, type Verdicts } from './reader.js';
import type { Wire } from './wire.js';

/**
 * The decrypted bytes of a TLS socket. Each chunk is what one read of the wire contained, in the one landing memory
 * of this process, so it is borrowed.
 *
 * Subscribing reads the wire, unsubscribing pauses it; the TLS socket itself always flows. TLS decrypts all
 * of a read, so bytes that come when the subscriber has left are copied for the next one.
 *
 *     records            a b c . d e .        . the end of a read of the wire
 *     decrypted(socket)  ------(abc)-(de)
 */
export function decrypted(
  socket: TLSSocket,
  wire: Wire,
  verdicts: Verdicts,
): Observable<Uint8Array> {
  const reader = new DecryptedReader();
  // The handshake has read it.
  wire.pause();
  let [from, to] = [0, 0];
  const flush = () => {
    if (from === to) return;
    const chunk = memory.subarray(from, to);
    // TLS already has the memory for its next record, so the next chunk begins there.
    if (to === memory.byteLength) to = 0;
    from = to;
    reader.next(chunk);
  };
  decryptInto(socket, memory, (size) => {
    to += size;
    if (to === memory.byteLength) flush();
    return memory.subarray(to);
  });
  wire.on('decrypted', flush);
  socket.on('data', (chunk: Uint8Array) => reader.next(chunk));
  return reader.bytesOf(socket, verdicts, wire);
}

const memory = Buffer.allocUnsafeSlow(2 * 2 ** 20);

/** Keeps the bytes that come without a subscriber. */
class DecryptedReader extends Reader {
  private readonly kept: Uint8Array[] = [];

  override next(chunk: Uint8Array): boolean {
    if (!this.subscriber) this.kept.push(Buffer.from(chunk));
    return super.next(chunk);
  }

  protected override begin(subscriber: Subscriber<Uint8Array>, flow: Flow): void {
    // A subscriber may leave at any chunk.
    while (!subscriber.closed) {
      const chunk = this.kept.shift();
      if (!chunk) {
        super.begin(subscriber, flow);
        return;
      }
      subscriber.next(chunk);
    }
  }
}
