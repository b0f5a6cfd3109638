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

export interface WriteToOptions {
  /** Whether to end the sink at the end of the source; without, it is left open, and not aborted either. */
  end?: boolean;
  /** Milliseconds that the end may take: what is written has to be handed over by then. */
  endWithin?: number;
  /**
   * Whether to copy each chunk, as a stream keeps it and chunks are borrowed. Without, the source has to
   * leave its chunks as they are until the sink has drained.
   */
  copy?: boolean;
  scheduler?: SchedulerLike;
}

/**
 * Writes a live source into a sink with back-pressure, ends it, and completes once all is handed over.
 *
 * The source is read while the sink is not full. An error of the source, of the sink, and unsubscription
 * abort the sink: what has not come to its end is never taken for whole.
 *
 *     source       --a--b-----------c--|
 *     full$        f----t-----f---------
 *     sink           a  b           c  end
 *     writeTo      -----------------------|
 *
 * @throws StreamError when the sink errs, or is closed before its end; TooLongError when the end takes
 * longer than `endWithin`
 * @example fromReadable(process.stdin).pipe(writeTo(createWriteStream('a.bin')))
 * @example openFile('a.bin').pipe(switchMap(({ blocks$ }) => blocks$.pipe(writeTo(uplink))))
 * @see {@link heldWhile}
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
      const ended$ = defer(() => sink.end()).pipe(maxDuration(endWithin, { scheduler }));
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
