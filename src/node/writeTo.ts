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

/** How it ends, and what becomes of the chunks. */
export interface WriteToOptions {
  /** Whether to end the sink at the end of the source; if not, it is left open, and not aborted either. */
  end?: boolean;
  /** Milliseconds that the end may take: what is written has to be handed over by then. */
  endWithin?: number;
  /**
   * Whether to copy each chunk, as a stream keeps it and chunks are borrowed. If not, the source has to
   * leave its chunks as they are until the sink has drained.
   */
  copy?: boolean;
  /** What counts the time. */
  scheduler?: SchedulerLike;
}

/**
 * Writes a live source into a sink with back-pressure, ends it, and completes once all is handed over.
 *
 * The source is read while the sink is not full. An error of the source, of the sink, and unsubscription
 * abort the sink: what has not come to its end is never taken for whole.
 *
 *     source         --a--b-----------c--|
 *     full$          f----t-----f---------
 *     writeTo(sink)  ----------------------|
 *     sink             a  b           c  end
 *     source is read ^----!     ^--------!
 *
 * What an uplink's peer answers, its FIN too, comes by the uplink's own bytes: read those beside it, by
 * `merge(blocks$.pipe(writeTo(uplink)), uplink.bytes$)`.
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
