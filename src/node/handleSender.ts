import type { RawHandle } from './handle.js';
import { sendWithHandle, type WithQueue } from './sentHandles.js';

interface Waiting {
  readonly message: object;
  readonly handle: RawHandle | undefined;
}

/**
 * Sends messages to another process in their order, and handles with some of them.
 *
 * Node sends one handle, and the next one once the other process has acknowledged it, which costs both processes more
 * than the handle. If the other process grants credit for handles, as many are sent at once, and none is acknowledged.
 */
export class HandleSender {
  /** How many handles may be sent; `undefined` if each is acknowledged. */
  private credit: number | undefined;
  private readonly waiting: Waiting[] = [];

  constructor(private readonly to: WithQueue) {}

  send(message: object, handle?: RawHandle): void {
    if (this.waiting.length > 0 || (handle && this.credit === 0))
      this.waiting.push({ message, handle });
    else this.write(message, handle);
  }

  /** The other process accepts more handles. */
  grant(handles: number): void {
    this.credit = (this.credit ?? 0) + handles;
    let sent = 0;
    for (const { message, handle } of this.waiting) {
      if (handle && this.credit === 0) break;
      this.write(message, handle);
      sent++;
    }
    this.waiting.splice(0, sent);
  }

  private write(message: object, handle: RawHandle | undefined): void {
    // Its owner has closed it meanwhile.
    if (handle?.fd !== undefined && handle.fd < 0) return;
    sendWithHandle(this.to, message, handle);
    if (!handle || this.credit === undefined) return;
    this.credit--;
    // Otherwise Node would keep the next messages until the acknowledgement.
    this.to._handleQueue = null;
  }
}
