import { TooLargeError } from '../errors.js';
import { KeptBytes } from './keptBytes.js';
import type { Splitter } from './splitFrames.js';

/** Frames that end with a byte of their own. */
export class DelimitedFrames implements Splitter {
  private readonly kept = new KeptBytes();

  constructor(
    private readonly delimiter: number,
    private readonly limit: number,
  ) {}

  split(chunk: Uint8Array, frames: Uint8Array[]): void {
    let start = 0;
    for (
      let end = chunk.indexOf(this.delimiter);
      end >= 0;
      end = chunk.indexOf(this.delimiter, start)
    ) {
      this.keep(chunk.subarray(start, end));
      frames.push(this.kept.take());
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  end(frames: Uint8Array[]): void {
    if (this.kept.size > 0) frames.push(this.kept.take());
  }

  private keep(piece: Uint8Array): void {
    if (this.kept.size + piece.byteLength > this.limit) throw new TooLargeError(this.limit);
    this.kept.add(piece);
  }
}
