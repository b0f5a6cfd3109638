import type { OperatorFunction } from 'rxjs';
import { DelimitedFrames } from './delimitedFrames.js';
import { PrefixedFrames } from './prefixedFrames.js';
import { requireRange } from './requireRange.js';
import { splitBy } from './splitter.js';

/** How long a frame may be, and how it is separated from the next. */
export type SplitFramesOptions = {
  /** The maximum size of a frame in bytes; mandatory, because a frame is held in memory. */
  limit: number;
} & (DelimitedOptions | PrefixedOptions);

/** Frames that end with a byte. */
export interface DelimitedOptions {
  /** The byte that ends each frame and is part of none. */
  delimiter: number;
}

/** Frames that begin with their length. */
export interface PrefixedOptions {
  /** How many bytes in front of each frame hold its length, the most significant first. */
  prefix: 1 | 2 | 4;
}

/**
 * Splits bytes into frames, which end with a delimiter or begin with their length, however they are cut
 * into chunks.
 *
 * Frames are copied, so chunks may be borrowed. The bytes after the last delimiter are the last frame, unless
 * there are none. It belongs below the hold, `bytes$.pipe(heldWhile(full$), splitFrames(…))`: above it, each
 * hold would discard the incomplete frame. The rest of a chunk is emitted even if the sink is full by then,
 * and nothing after it.
 *
 *     source                                --a----b----|
 *     splitFrames({ prefix: 1, limit: 9 })  --p----(qr)-|
 *
 * `a` is a frame and the beginning of another, `b` its end and a third one.
 *
 * Not for large frames: each is held in memory as a whole.
 *
 * @throws TooLargeError at a frame of more than `limit` bytes, once those before it are out
 * @throws TruncatedError if the source ends within a frame that begins with its length
 * @throws RangeError at once, if an option is out of its range
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { splitFrames } from 'rxdrop/operators';
 *
 * of(Uint8Array.of(2, 10, 11, 1), Uint8Array.of(20))
 *   .pipe(splitFrames({ prefix: 1, limit: 64 }))
 *   .subscribe((frame) => console.log(frame));
 * // → Uint8Array(2) [ 10, 11 ]
 * // → Uint8Array(1) [ 20 ]
 * ```
 * @see {@link splitLines}, for lines of text
 * @category Bytes
 */
export function splitFrames(options: SplitFramesOptions): OperatorFunction<Uint8Array, Uint8Array> {
  const { limit } = options;
  requireRange('limit', limit, 0);
  if ('prefix' in options) requireRange('prefix', options.prefix, 1, 4);
  else requireRange('delimiter', options.delimiter, 0, 255);
  const createSplitter = () =>
    'prefix' in options
      ? new PrefixedFrames(options.prefix, limit)
      : new DelimitedFrames(options.delimiter, limit);
  return splitBy(createSplitter, copyOf);
}

/** A Buffer's own `slice` copies nothing. */
const copyOf = (frame: Uint8Array): Uint8Array => new Uint8Array(frame);
