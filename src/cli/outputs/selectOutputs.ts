import { isatty } from 'node:tty';
import { combineLatest, from, map, type Observable, of, switchMap } from 'rxjs';
import { pathText } from '../../node/pathText.js';
import { fromSignals } from '../../node/signals.js';
import { printer } from '../printer.js';
import { isEventFile, type ServeCommand } from '../serverCommand.js';
import { eventLines } from './eventLines.js';
import type { Output } from './output.js';
import { problems } from './problems.js';
import { terminal } from './terminal.js';

/**
 * The outputs that a command line asks for. An output that needs more code loads it only then. They are emitted once all
 * of them can show something, and this completes once those that listen have closed.
 *
 * @param stop$ emits when the server begins to stop
 */
export const selectOutputs = (
  command: ServeCommand,
  stop$: Observable<unknown>,
): Observable<readonly Output[]> =>
  combineLatest([
    of(problems),
    ...standardOutput(command),
    ...standardError(command),
    ...eventFile(command),
    ...adminPort(command, stop$),
  ]);

/** Standard output has lines for people or events, but not both. */
function* standardOutput({
  events,
  verbosity,
  serve,
  store,
}: ServeCommand): Iterable<Observable<Output>> {
  if (events === '-') yield of(eventLines(printer(1)));
  else if (isatty(1))
    yield of(terminal(printer(1), { verbosity, dir: store?.url ?? pathText(serve.dir) }));
}

/** Standard error has what commands print, if that is asked for. */
function* standardError({ verbosity, serve }: ServeCommand): Iterable<Observable<Output>> {
  const { check, exec } = serve;
  if (verbosity !== 'verbose' || (check ?? exec) === undefined) return;
  yield from(import('./hookOutput.js')).pipe(map(({ hookOutput }) => hookOutput(printer(2))));
}

function* eventFile({ events }: ServeCommand): Iterable<Observable<Output>> {
  if (!isEventFile(events)) return;
  yield from(import('./eventLog.js')).pipe(
    map(({ eventLog }) => eventLog(events, fromSignals('SIGHUP'))),
  );
}

function* adminPort(
  { admin, serve }: ServeCommand,
  stop$: Observable<unknown>,
): Iterable<Observable<Output>> {
  if (!admin) return;
  yield from(import('./adminPages.js')).pipe(
    switchMap(({ adminPages }) => adminPages(admin, { serving: serve, stop$ })),
  );
}
