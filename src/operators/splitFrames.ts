import type { OperatorFunction } from 'rxjs';
import { DelimitedFrames } from './delimitedFrames.js';
import { PrefixedFrames } from './prefixedFrames.js';
import { splitBy } from './splitter.js';

export type SplitFramesOptions = {
  /** The most bytes that a frame may have; mandatory, because a frame stands in memory. */
  limit: number;
} & (DelimitedOptions | PrefixedOptions);

export interface DelimitedOptions {
  /** The byte that ends each frame and stands in none. */
  delimiter: number;
}

export interface PrefixedOptions {
  /** How many bytes in front of each frame tell its length, the most significant first. */
  prefix: 1 | 2 | 4;
}

/**
 * Splits bytes into frames, which end with a delimiter or begin with their length, however they are cut
 * into chunks.
 *
 * Frames are copied, so chunks may be borrowed. Behind the last delimiter stands the last frame, unless
 * it is empty. It belongs below the hold, `bytes$.pipe(heldWhile(full$), splitFrames(…))`: above it, each
 * hold would throw away what is not whole yet. What is left of a chunk comes even when the sink is full
 * by then, and nothing after it.
 *
 *     source                                --a----b----|
 *     splitFrames({ prefix: 1, limit: 9 })  --p----(qr)-|
 *
 * `a` is a frame and the beginning of another, `b` its end and a third one.
 *
 * @throws TooLargeError at a frame of more than `limit` bytes, once those before it are out;
 * TruncatedError where the source ends within a frame that has told its length
 * @example socket.bytes$.pipe(splitFrames({ prefix: 4, limit: 64 * 2 ** 10 }))
 * @see {@link splitLines}
 */
export function splitFrames(options: SplitFramesOptions): OperatorFunction<Uint8Array, Uint8Array> {
  const { limit } = options;
  const newSplitter = () =>
    'prefix' in options
      ? new PrefixedFrames(options.prefix, limit)
      : new DelimitedFrames(options.delimiter, limit);
  return splitBy(newSplitter, copyOf);
}

/** A Buffer's own `slice` copies nothing. */
const copyOf = (frame: Uint8Array): Uint8Array => new Uint8Array(frame);
