import { basename } from 'node:path';
import {
  catchError,
  connect,
  endWith,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  switchMap,
  takeUntil,
  tap,
  throwIfEmpty,
} from 'rxjs';
import type { ClientEvent, Sent } from '../client/events.js';
import { NoInputError, ReadError, ResetError } from '../errors.js';
import { pathText } from '../node/pathText.js';
import { progress } from '../operators/index.js';
import { send } from '../send.js';
import type { SendCommand } from './clientCommand.js';
import { explain } from './explain.js';
import { blockSizeOf } from './jobs.js';
import { escapeControls } from '../node/escapeControls.js';
import type { Row, Screen } from './screen.js';
import { formatDuration, formatBytes, formatRate } from './units.js';

/**
 * Sends the files, `jobs` at once, each over a connection of its own, and shows their progress.
 * Emits the errors, because a file that fails does not stop the others (C2).
 */
export const sendAll = (
  { files, send: options, jobs }: SendCommand,
  screen: Screen,
  sendFile: typeof send = send,
): Observable<unknown> =>
  from(files).pipe(
    mergeMap((file) => {
      const path = escapeControls(pathText(file));
      const row = screen.addRow(path === '-' ? 'standard input' : basename(path));
      return sendFile({ ...options, file, blockSize: blockSizeOf(jobs) }).pipe(
        showIn(row),
        catchError((error: unknown) => {
          const name = files.length === 1 || mentionsFile(error) ? '' : `${path}: `;
          row.fail(`ERROR: ${name}${explain(error)}${hintFor(error, options)}`);
          return of(error);
        }),
      );
    }, jobs),
    alongside(screen.frames$),
    finalize(() => {
      screen.stop();
    }),
  );

/** Subscribes to `other$` until the source ends. */
const alongside = <T>(other$: Observable<unknown>): MonoTypeOperatorFunction<T> =>
  connect((source$) =>
    merge(
      source$,
      other$.pipe(ignoreElements(), takeUntil(source$.pipe(ignoreElements(), endWith(true)))),
    ),
  );

/** Whether the text of an error contains the name of the file. */
const mentionsFile = (error: unknown): boolean =>
  error instanceof NoInputError || error instanceof ReadError;

/** A server that does not accept our certificate often resets the connection before it can report why. */
const hintFor = (error: unknown, { tls }: SendCommand['send']): string => {
  if (!tls || !(error instanceof ResetError)) return '';
  return tls.cert === undefined
    ? ' (the server may ask for a certificate: --tls-cert)'
    : ' (the server may not trust our certificate)';
};

const showIn =
  (row: Row) =>
  (events$: Observable<ClientEvent>): Observable<never> =>
    events$.pipe(
      connect((events$) => {
        const progress$ = events$.pipe(
          filter((event) => event.type === 'connected'),
          switchMap(({ total }) =>
            events$.pipe(
              filter((event) => event.type === 'progress'),
              map(({ bytes }) => bytes),
              progress({ total, clock: performance }),
            ),
          ),
        );
        const sent$ = events$.pipe(
          filter((event) => event.type === 'sent'),
          throwIfEmpty(),
        );
        return merge(
          progress$.pipe(
            tap((progress) => {
              row.update(progress);
            }),
          ),
          sent$.pipe(
            tap((sent) => {
              row.complete(summarize(sent));
            }),
          ),
        );
      }),
      ignoreElements(),
    );

const summarize = ({ bytes, ms, confirmed }: Sent): string => {
  const average = formatRate((1_000 * bytes) / Math.max(1, ms));
  return `${formatBytes(bytes)} in ${formatDuration(ms)}, ${average}, ${confirmed ? 'saved' : 'sent'}`;
};
