/**
 * Bytes that are kept, copied out of chunks that are borrowed.
 *
 * The block doubles when it is full: every byte is copied about twice, however many chunks there are; to concatenate at
 * each chunk would be quadratic.
 */
export class ByteBuffer {
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

  /** Returns all the bytes so far, which belong to the caller, and keeps nothing. */
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
