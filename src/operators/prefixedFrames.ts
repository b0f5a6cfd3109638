import { TooLargeError, TruncatedError } from '../errors.js';
import { ByteBuffer } from './byteBuffer.js';
import type { Splitter } from './splitter.js';

/** Frames that begin with their length. Memory grows with what has come, not with what is announced. */
export class PrefixedFrames implements Splitter {
  private readonly kept = new ByteBuffer();
  /** Of the frame that is coming, once it is known. */
  private length: number | undefined;

  constructor(
    private readonly prefix: number,
    private readonly limit: number,
  ) {}

  split(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void {
    let start = 0;
    for (;;) {
      const end = start + (this.length ?? this.prefix) - this.kept.size;
      const bytes = chunk.subarray(start, end);
      if (end > chunk.byteLength) {
        this.kept.add(bytes);
        return;
      }
      this.take(this.complete(bytes), emit);
      start = end;
    }
  }

  end(): void {
    if (this.length !== undefined || this.kept.size > 0) throw new TruncatedError();
  }

  private complete(bytes: Uint8Array): Uint8Array {
    if (this.kept.size === 0) return bytes;
    this.kept.add(bytes);
    return this.kept.take();
  }

  private take(bytes: Uint8Array, emit: (frame: Uint8Array) => void): void {
    if (this.length === undefined) {
      this.length = readLength(bytes);
      if (this.length > this.limit) throw new TooLargeError(this.limit);
    } else {
      this.length = undefined;
      emit(bytes);
    }
  }
}

/** The most significant byte comes first. */
function readLength(bytes: Uint8Array): number {
  let number = 0;
  for (const byte of bytes) number = number * 256 + byte;
  return number;
}
