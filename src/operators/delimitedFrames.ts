import { TooLargeError } from '../errors.js';
import { ByteBuffer } from './byteBuffer.js';
import type { Splitter } from './splitter.js';

/** Frames that end with a byte of their own. */
export class DelimitedFrames implements Splitter {
  private readonly kept = new ByteBuffer();

  constructor(
    private readonly delimiter: number,
    private readonly limit: number,
  ) {}

  split(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void {
    let start = 0;
    let end: number;
    while ((end = chunk.indexOf(this.delimiter, start)) >= 0) {
      emit(this.complete(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  end(emit: (frame: Uint8Array) => void): void {
    if (this.kept.size > 0) emit(this.kept.take());
  }

  private complete(bytes: Uint8Array): Uint8Array {
    if (this.kept.size === 0 && bytes.byteLength <= this.limit) return bytes;
    this.keep(bytes);
    return this.kept.take();
  }

  private keep(bytes: Uint8Array): void {
    if (this.kept.size + bytes.byteLength > this.limit) throw new TooLargeError(this.limit);
    this.kept.add(bytes);
  }
}
