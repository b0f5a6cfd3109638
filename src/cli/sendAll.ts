import { basename } from 'node:path';
import {
  catchError,
  connect,
  defer,
  filter,
  finalize,
  from,
  identity,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  type OperatorFunction,
  switchMap,
  tap,
  throwIfEmpty,
} from 'rxjs';
import type { ClientEvent, ClientReport, NotSent, Retrying, Sent } from '../client/events.js';
import { shareLookup } from '../client/shareLookup.js';
import { type ErrorData, errorData } from '../errorData.js';
import { lookup as lookUpHost } from '../node/lookup.js';
import { pathText } from '../node/pathText.js';
import { alongside } from '../operators/alongside.js';
import { byteBudget, progress } from '../operators/index.js';
import { send } from '../send.js';
import { addStamp } from '../stamp.js';
import type { SendCommand } from './clientCommand.js';
import { explain } from './explain.js';
import { blockSizeOf } from './jobs.js';
import { escapeControls } from '../node/escapeControls.js';
import type { Row, Screen } from './screen.js';
import { sizeOf } from './sizeOf.js';
import { type PlacedReport, totalProgress } from './totalProgress.js';
import { formatDuration, formatBytes, formatRate } from './units.js';

/**
 * Sends the files, `jobs` at once, each over a connection of its own, and shows their progress. Emits the reports of
 * all files, because a file that fails does not stop the others (C2).
 */
export const sendAll = (
  { files, send: options, jobs, rate }: SendCommand,
  screen: Screen,
  sendFile: typeof send = send,
): Observable<ClientReport> =>
  defer(() => {
    const { lookup, forget } = shareLookup(lookUpHost);
    const blockSize = blockSizeOf(jobs, rate);
    const shared = { lookup, blockSize, budget: byteBudget(rate), endDelay: LATE_SIGNAL_MS };
    return from(files).pipe(
      mergeMap((file, place) => {
        const path = escapeControls(pathText(file));
        const row = screen.addRow(path === '-' ? 'standard input' : basename(path));
        const errorLine = (error: ErrorData) => {
          const name = files.length === 1 || mentionsFile(error) ? '' : `${path}: `;
          return `ERROR: ${name}${explain(error)}${hintFor(error, options)}`;
        };
        return sendFile({ ...options, ...shared, file }).pipe(
          tap(({ type }) => {
            if (type === 'retrying') forget();
          }),
          requireSent,
          reportFailure(pathText(file)),
          showIn(row, errorLine),
          map((report) => ({ place, report })),
        );
      }, jobs),
      showTotalIn(screen, files),
      map(({ report }) => report),
    );
  }).pipe(
    alongside(screen.frames$.pipe(ignoreElements())),
    finalize(() => {
      screen.stop();
    }),
  );

/** The end of a pipe whose writer Ctrl-C has ended may come before our own signal. */
const LATE_SIGNAL_MS = 50;

/** Errors if a file ends without `sent`. */
const requireSent: MonoTypeOperatorFunction<ClientEvent> = connect((events$) =>
  merge(
    events$,
    events$.pipe(
      filter(({ type }) => type === 'sent'),
      throwIfEmpty(),
      ignoreElements(),
    ),
  ),
);

const reportFailure = (file: string): OperatorFunction<ClientEvent, ClientReport> =>
  catchError((thrown: unknown) => {
    const error = errorData(thrown);
    return of({ type: 'failed', file, reason: error.code, error } as const).pipe(
      addStamp<NotSent>(Date),
    );
  });

/** Whether the text of an error contains the name of the file. */
const mentionsFile = ({ code }: ErrorData): boolean => code === 'NO_INPUT' || code === 'READ';

/** A server that does not accept our certificate often resets the connection before it can report why. */
const hintFor = ({ code }: ErrorData, { tls }: SendCommand['send']): string => {
  if (!tls || code !== 'RESET') return '';
  return tls.cert === undefined
    ? ' (the server may ask for a certificate: --tls-cert)'
    : ' (the server may not accept our certificate)';
};

const showIn = (
  row: Row,
  errorLine: (error: ErrorData) => string,
): MonoTypeOperatorFunction<ClientReport> =>
  connect((reports$) => {
    const progress$ = reports$.pipe(
      filter((report) => report.type === 'connected'),
      switchMap(({ total }) =>
        reports$.pipe(
          filter((report) => report.type === 'progress'),
          map(({ bytes }) => bytes),
          progress({ total, clock: performance }),
        ),
      ),
      tap((progress) => {
        row.update(progress);
      }),
      ignoreElements(),
    );
    const shown$ = reports$.pipe(
      tap((report) => {
        if (report.type === 'retrying') row.retry(describeRetry(report));
        if (report.type === 'sent') row.complete(summarize(report));
        if (report.type === 'failed') row.fail(errorLine(report.error));
      }),
    );
    return merge(progress$, shown$);
  });

/** One file needs no total. */
const showTotalIn = (
  screen: Screen,
  files: SendCommand['files'],
): MonoTypeOperatorFunction<PlacedReport> =>
  screen.showTotal === undefined || files.length === 1
    ? identity
    : connect((reports$) => {
        const total$ = reports$.pipe(
          totalProgress(files.map(sizeOf), performance),
          tap((total) => screen.showTotal?.(total)),
          ignoreElements(),
        );
        return merge(total$, reports$);
      });

const describeRetry = ({ delay, error }: Retrying): string =>
  `retrying in ${formatDuration(delay)}: ${explain(error)}`;

const summarize = ({ bytes, ms, confirmed }: Sent): string => {
  const average = formatRate((1_000 * bytes) / Math.max(1, ms));
  return `${formatBytes(bytes)} in ${formatDuration(ms)}, ${average}, ${confirmed ? 'saved' : 'sent'}`;
};
