import type { OperatorFunction } from 'rxjs';
import { DelimitedFrames } from './delimitedFrames.js';
import { requireRange } from './requireRange.js';
import { splitBy } from './splitter.js';

/** How long a line may be. */
export interface SplitLinesOptions {
  /** The maximum size of a line in bytes; mandatory, because a line is held in memory. */
  limit: number;
}

/**
 * Splits bytes into lines of UTF-8, however they are cut into chunks.
 *
 * A line ends with `\n` or `\r\n`, neither of which is in it (a `\r` counts for the limit); the last one may end with
 * the source. Bytes that are not UTF-8 become U+FFFD. A byte order mark is text like any other: if the source begins
 * with one, so does the first line, with U+FEFF. It belongs below the hold, as {@link splitFrames} does.
 *
 *     source                    --a----b----c|
 *     splitLines({ limit: 9 })  --p----(qr)--(s|)
 *
 * `a` is a line and the beginning of another, `b` its end, a third one and the beginning of the last.
 *
 * Not for strings, and not for lines in another encoding than UTF-8: split those into frames.
 *
 * @throws TooLargeError at a line of more than `limit` bytes, once those before it are out
 * @throws RangeError at once, if `limit` is negative or `NaN`
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { splitLines } from 'rxdrop/operators';
 *
 * const utf8 = new TextEncoder();
 *
 * of(utf8.encode('one\ntw'), utf8.encode('o\nthree'))
 *   .pipe(splitLines({ limit: 8 * 2 ** 10 }))
 *   .subscribe((line) => console.log(line));
 * // → one
 * // → two
 * // → three
 * ```
 * @see {@link splitFrames}, for data that is not text
 * @category Bytes
 */
export function splitLines({ limit }: SplitLinesOptions): OperatorFunction<Uint8Array, string> {
  requireRange('limit', limit, 0);
  return splitBy(() => new DelimitedFrames(NEWLINE, limit), textOf);
}

const NEWLINE = 0x0a;

/** Without `ignoreBOM`, it would drop U+FEFF from the start of every line. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(line: Uint8Array): string {
  const text = decoder.decode(line);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
