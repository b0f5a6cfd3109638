import type { TLSSocket } from 'node:tls';
import type { Observable } from 'rxjs';
import type { Handled } from './handle.js';
import { Reader, type Verdicts } from './reader.js';
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
  const reader = new Reader();
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

interface DecryptingHandle {
  readonly bytesRead?: number;
  onread?: (this: unknown, ...read: unknown[]) => unknown;
  useUserBuffer?(buffer: Uint8Array): void;
}

/**
 * Makes a TLS socket decrypt into our memory. Node offers that as `onread`, but only for sockets that it connects
 * itself. After each record, `next` is called with its bytes, and returns the memory for the following one. Without
 * it, each record comes as a `data` event, in memory of its own.
 */
function decryptInto(
  socket: TLSSocket,
  memory: Uint8Array,
  next: (size: number) => Uint8Array,
): void {
  const handle = (socket as Handled<DecryptingHandle>)._handle;
  const { onread, bytesRead } = handle ?? {};
  if (!onread || bytesRead === undefined || !handle?.useUserBuffer) return;
  let before = bytesRead;
  handle.useUserBuffer(memory);
  handle.onread = function (...read) {
    const size = (handle.bytesRead ?? before) - before;
    // The end, or an error.
    if (size === 0) return onread.apply(this, read);
    before += size;
    return next(size);
  };
}
