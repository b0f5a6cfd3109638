import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import {
  concat,
  connect,
  defer,
  EMPTY,
  filter,
  finalize,
  fromEvent,
  ignoreElements,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  startWith,
  Subscription,
  switchMap,
  take,
  tap,
  throttle,
  timeout,
  using,
} from 'rxjs';
import { SonicBoom } from 'sonic-boom';
import { whileWatching } from '../../operators/whileWatching.js';
import type { ServerEvent } from '../../server/events.js';
import { escapeControls } from '../../node/escapeControls.js';
import { escapeJson } from '../../node/escapeJson.js';
import { describeCause } from '../describeCause.js';
import { UsageError } from '../usageError.js';
import { inBatches } from './inBatches.js';
import type { Output, Problem } from './output.js';
import { isRecord } from './isRecord.js';

/**
 * Appends each event to a file as one line of JSON, except samples for a live view.
 *
 * A slow disk never delays the server: up to 16 MiB of lines wait for it. What is more is lost, and each lost line is a
 * problem to warn of. `reopen$` opens the file again by its name (`logrotate`); no line is lost or cut by that.
 *
 * @throws UsageError at once, if the file cannot be opened
 */
export function eventLog(path: string, reopen$: Observable<unknown> = NEVER): Output {
  let unused = requireFile(path);
  return (events$) =>
    events$.pipe(
      inBatches(),
      connect((batches$) =>
        batches$.pipe(
          take(1),
          switchMap((batch) => {
            unused = undefined;
            return append(path, batches$.pipe(startWith(batch)), reopen$);
          }),
        ),
      ),
      // A server that does not start leaves nothing behind (S2).
      finalize(() => {
        if (unused !== undefined) rmSync(unused, { force: true });
      }),
    );
}

/** Opens the file once, because a start fails if that fails. Returns the path of a file that it has created. */
function requireFile(path: string): string | undefined {
  try {
    const isNew = !existsSync(path);
    // Opening a FIFO would wait for its reader.
    const fd = openSync(path, APPEND | constants.O_NONBLOCK, MODE);
    const isFifo = fstatSync(fd).isFIFO();
    closeSync(fd);
    if (isFifo) throw new Error('it is a FIFO (--events prints to standard output)');
    // A symbolic link to nothing is the user's; what it leads to now is ours.
    return isNew ? realpathSync(path) : undefined;
  } catch (cause) {
    throw new UsageError(
      `events cannot be written to ${escapeControls(path)}: ${describeCause(cause)}`,
      { cause },
    );
  }
}

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

const append = (
  path: string,
  batches$: Observable<readonly ServerEvent[]>,
  reopen$: Observable<unknown>,
): Observable<Problem> =>
  using(
    () => new LogFile(path),
    (resource) => {
      const file = resource as LogFile;
      const lines$ = batches$.pipe(
        map((events) => events.filter(isRecord)),
        filter(({ length }) => length > 0),
        map(linesOf),
        tap((lines) => {
          file.write(lines);
        }),
      );
      const written$ = concat(lines$, file.flushed$);
      return written$.pipe(whileWatching(merge(file.problems$, file.reopen(reopen$))));
    },
  );

const linesOf = (events: readonly ServerEvent[]): string =>
  escapeJson(`${events.map((event) => JSON.stringify(event)).join('\n')}\n`);

class LogFile extends Subscription {
  private readonly boom: SonicBoom;

  constructor(private readonly path: string) {
    const boom = new SonicBoom({ dest: path, mode: MODE, maxLength: MAX_WAITING_BYTES });
    super(() => {
      boom.destroy();
    });
    this.boom = boom;
  }

  write(lines: string): void {
    this.boom.write(lines);
  }

  /** Completes once everything is written, or 300 ms later: the server ends within a second (S3). */
  get flushed$(): Observable<never> {
    const { boom } = this;
    const drained$ = fromEvent(boom, 'drain').pipe(take(1));
    // The file emits `drain` after an empty write, too.
    const flush$ = defer(() => {
      boom.write('');
      return EMPTY;
    });
    return merge(drained$, flush$).pipe(
      timeout({ first: FLUSH_TIMEOUT_MS, with: () => EMPTY }),
      ignoreElements(),
    );
  }

  get problems$(): Observable<Problem> {
    const { boom, path } = this;
    const name = escapeControls(path);
    return merge(
      fromEvent(boom, 'drop').pipe(
        mergeMap((lines) => String(lines).match(/\n/g) ?? []),
        map(() => `an event is lost: ${name} is written too slowly`),
      ),
      fromEvent(boom, 'error').pipe(
        map((error) => `events cannot be written to ${name}: ${describeCause(error)}`),
      ),
    ).pipe(map((text) => ({ text })));
  }

  /** Opens the file again, and once more if that is asked for meanwhile. */
  reopen(reopen$: Observable<unknown>): Observable<never> {
    const { boom } = this;
    const done$ = merge(fromEvent(boom, 'ready'), fromEvent(boom, 'error')).pipe(take(1));
    return reopen$.pipe(
      throttle(() => done$, { leading: true, trailing: true }),
      tap(() => {
        // After an attempt that failed, the file would still close its old descriptor twice.
        boom.removeAllListeners('ready');
        boom.reopen();
      }),
      ignoreElements(),
    );
  }
}

/** Events name peers, so they are for the owner. */
const MODE = 0o600;
/** About 60,000 events. */
const MAX_WAITING_BYTES = 16 * 2 ** 20;
const FLUSH_TIMEOUT_MS = 300;
