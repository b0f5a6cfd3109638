import { TooLargeError, TruncatedError } from '../errors.js';
import { KeptBytes } from './keptBytes.js';
import type { PrefixedOptions, Splitter } from './splitFrames.js';

/** Frames that begin with their length. Memory grows with what has come, not with what is announced. */
export class PrefixedFrames implements Splitter {
  private readonly kept = new KeptBytes();
  /** Of the frame that is coming, once it is known. */
  private length: number | undefined;

  constructor(
    private readonly prefix: PrefixedOptions['prefix'],
    private readonly limit: number,
  ) {}

  split(chunk: Uint8Array, frames: Uint8Array[]): void {
    let rest = chunk;
    for (;;) {
      const wanted = (this.length ?? this.prefix) - this.kept.size;
      this.kept.add(rest.subarray(0, wanted));
      if (rest.byteLength < wanted) return;
      rest = rest.subarray(wanted);
      this.takeWhole(frames);
    }
  }

  end(): void {
    if (this.length !== undefined || this.kept.size > 0) throw new TruncatedError();
  }

  private takeWhole(frames: Uint8Array[]): void {
    const taken = this.kept.take();
    if (this.length !== undefined) {
      frames.push(taken);
      this.length = undefined;
      return;
    }
    this.length = taken.reduce((length, byte) => length * 256 + byte, 0);
    if (this.length > this.limit) throw new TooLargeError(this.limit);
  }
}
