import { TooLargeError } from '../errors.js';
import { KeptBytes } from './keptBytes.js';
import type { Splitter } from './splitter.js';

/** Frames that end with a byte of their own. */
export class DelimitedFrames implements Splitter {
  private readonly kept = new KeptBytes();

  constructor(
    private readonly delimiter: number,
    private readonly limit: number,
  ) {}

  split(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void {
    let start = 0;
    let end: number;
    while ((end = chunk.indexOf(this.delimiter, start)) >= 0) {
      emit(this.whole(chunk.subarray(start, end)));
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  end(emit: (frame: Uint8Array) => void): void {
    if (this.kept.size > 0) emit(this.kept.take());
  }

  private whole(piece: Uint8Array): Uint8Array {
    if (this.kept.size === 0 && piece.byteLength <= this.limit) return piece;
    this.keep(piece);
    return this.kept.take();
  }

  private keep(piece: Uint8Array): void {
    if (this.kept.size + piece.byteLength > this.limit) throw new TooLargeError(this.limit);
    this.kept.add(piece);
  }
}
