/**
 * Bytes that are kept, copied out of chunks that are borrowed.
 *
 * The block doubles when it is full: every byte is copied about twice, however many chunks there are,
 * where concatenating at each chunk is quadratic.
 */
export class KeptBytes {
  private block = NOTHING;
  private length = 0;

  get size(): number {
    return this.length;
  }

  add(chunk: Uint8Array): void {
    const size = this.length + chunk.byteLength;
    if (size > this.block.byteLength) this.grow(size);
    this.block.set(chunk, this.length);
    this.length = size;
  }

  /** All the bytes so far, which are the taker's; nothing is kept any more. */
  take(): Uint8Array {
    const taken = this.block.subarray(0, this.length);
    this.block = NOTHING;
    this.length = 0;
    return taken;
  }

  private grow(size: number): void {
    const larger = new Uint8Array(Math.max(size, 2 * this.block.byteLength));
    larger.set(this.block.subarray(0, this.length));
    this.block = larger;
  }
}

const NOTHING = new Uint8Array(0);
