import {
  concat,
  concatAll,
  defer,
  map,
  type ObservableInput,
  of,
  type OperatorFunction,
  throwError,
} from 'rxjs';
import { DelimitedFrames } from './delimitedFrames.js';
import { PrefixedFrames } from './prefixedFrames.js';

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

/** Cuts chunks into frames, and keeps what is not whole yet. */
export interface Splitter {
  /** Adds the frames that the chunk makes whole; throws at one that cannot be, after those before it. */
  split(chunk: Uint8Array, frames: Uint8Array[]): void;
  /** Adds what is a frame at the end of the source; throws where it has come too early. */
  end(frames: Uint8Array[]): void;
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
  return (source) =>
    defer(() => {
      const splitter = splitterOf(options);
      return concat(
        source.pipe(
          map((chunk) =>
            framesOf((frames) => {
              splitter.split(chunk, frames);
            }),
          ),
        ),
        defer(() =>
          of(
            framesOf((frames) => {
              splitter.end(frames);
            }),
          ),
        ),
      ).pipe(concatAll());
    });
}

const splitterOf = (options: SplitFramesOptions): Splitter =>
  'prefix' in options
    ? new PrefixedFrames(options.prefix, options.limit)
    : new DelimitedFrames(options.delimiter, options.limit);

/** All at once, before the first is out: what it leads to may overwrite the chunk, or bring the next. */
function framesOf(cut: (frames: Uint8Array[]) => void): ObservableInput<Uint8Array> {
  const frames: Uint8Array[] = [];
  try {
    cut(frames);
    return frames;
  } catch (error) {
    return concat(
      frames,
      throwError(() => error),
    );
  }
}
