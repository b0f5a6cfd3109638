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

/** How the sink is ended, and whether chunks are copied. */
export interface WriteToOptions {
  /** Whether to end the sink when the source completes; if not, it is left open, and is never aborted. */
  end?: boolean;
  /** Milliseconds that the end may take: all that was written has to be handed over by then. */
  endWithin?: number;
  /**
   * Whether to copy each chunk: a stream keeps it, but chunks are borrowed. If not, the source must not
   * change a chunk until the sink has drained.
   */
  copy?: boolean;
  /** What sets the timer. */
  scheduler?: SchedulerLike;
}

/**
 * Writes a live source into a sink with back-pressure, ends it, and completes once all is handed over.
 *
 * The source is read while the sink is not full. An error of the source or of the sink, and unsubscription,
 * abort the sink, so that an incomplete file is never taken for a whole one.
 *
 *     source         --a--b-----------c--|
 *     full$          f----t-----f---------
 *     writeTo(sink)  ----------------------|
 *     sink             a  b           c  end
 *     source is read ^----!     ^--------!
 *
 * The answer of an uplink's peer, its FIN too, comes through the uplink's own bytes: read them at the same
 * time, by `merge(blocks$.pipe(writeTo(uplink)), uplink.bytes$)`.
 *
 * Not for several sources in one sink at once, unless each leaves it open (`end: false`): the first that ends
 * would end it for all.
 *
 * @param target a stream of Node, or a sink, such as an uplink
 * @throws StreamError when the sink errs, or is closed before its end
 * @throws TooLongError when the end takes longer than `endWithin`
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
 * @see `heldWhile`, which does the holding
 * @see {@link sinkOf}, for what it does not do
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
      if (!end) return concat(written$, drained(sink)).pipe(ignoreElements());
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

const drained = ({ full$ }: Sink): Observable<unknown> =>
  full$.pipe(
    filter((full) => !full),
    take(1),
  );
