import type { Writable } from 'node:stream';
import {
  asyncScheduler,
  concat,
  defer,
  filter,
  ignoreElements,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  take,
  tap,
} from 'rxjs';
import { heldWhile, maxDuration } from '../operators/index.js';
import { type Sink, sinkOf } from './sink.js';

/** How the sink ends, and whether chunks are copied. */
export interface WriteToOptions {
  /** Whether to end the sink when the source completes. If not, it stays open and is never aborted. */
  end?: boolean;
  /** The maximum milliseconds from the end of the source until all bytes are flushed. */
  endWithin?: number;
  /**
   * Whether to copy each chunk: a stream keeps it, but chunks are borrowed. If not, the source must not
   * change a chunk until the sink has drained.
   */
  copy?: boolean;
  /** The scheduler of the timer. */
  scheduler?: SchedulerLike;
}

/**
 * Writes a live source into a sink with back-pressure, ends the sink, and completes once all bytes are flushed.
 *
 * The source is read while the sink is not full. An error of the source or of the sink aborts the sink, and so does
 * unsubscription, so that an incomplete file never looks whole.
 *
 *     source         --a--b-----------c--|
 *     full$          f----t-----f---------
 *     writeTo(sink)  ----------------------|
 *     sink             a  b           c  end
 *     source is read ^----!     ^--------!
 *
 * The bytes and the FIN of an uplink's peer come from `uplink.bytes$`: read them at the same time, by
 * `merge(blocks$.pipe(writeTo(uplink)), uplink.bytes$)`.
 *
 * Not for several sources into one sink, unless each leaves it open (`end: false`): the first source that ends would
 * end the sink.
 *
 * @param target a stream of Node, or a sink, such as an uplink
 * @throws StreamError if the sink errors, or is closed before its end
 * @throws TooLongError if the end takes longer than `endWithin`
 * @throws RangeError at once, if `endWithin` is negative or `NaN`
 * @example
 * ```ts
 * import { createWriteStream, readFileSync } from 'node:fs';
 * import { switchMap } from 'rxjs';
 * import { openFile, writeTo } from 'rxdrop/node';
 *
 * openFile('a.bin')
 *   .pipe(switchMap(({ blocks$ }) => blocks$.pipe(writeTo(createWriteStream('copied.bin')))))
 *   .subscribe({ complete: () => console.log(readFileSync('copied.bin', 'utf8')) });
 * // → abc
 * ```
 * @see `heldWhile`, which implements the back-pressure
 * @see {@link sinkOf}, for several sources into one sink
 * @category Sinks
 */
export function writeTo(
  target: Writable | Sink,
  {
    end = true,
    endWithin = Infinity,
    copy = true,
    scheduler = asyncScheduler,
  }: WriteToOptions = {},
): OperatorFunction<Uint8Array, never> {
  const inTime = maxDuration<never>(endWithin, { scheduler });
  return (source) =>
    defer(() => {
      const sink = 'full$' in target ? target : sinkOf(target);
      const written$ = source.pipe(
        heldWhile(sink.full$),
        tap((chunk) => {
          sink.write(copy ? Buffer.from(chunk) : chunk);
        }),
      );
      if (!end) return concat(written$, whenDrained(sink)).pipe(ignoreElements());
      const ended$ = defer(() => sink.end()).pipe(inTime);
      const abort = () => {
        sink.abort();
      };
      return concat(written$, ended$).pipe(
        ignoreElements(),
        tap({ error: abort, unsubscribe: abort }),
      );
    });
}

const whenDrained = ({ full$ }: Sink): Observable<unknown> =>
  full$.pipe(
    filter((full) => !full),
    take(1),
  );
