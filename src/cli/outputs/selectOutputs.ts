import { isatty } from 'node:tty';
import { combineLatest, from, map, noop, type Observable, of, switchMap } from 'rxjs';
import { isNatsUrl } from '../../node/engines/natsUrl.js';
import { pathText } from '../../node/pathText.js';
import { fromSignals } from '../../node/signals.js';
import { type Print, printer } from '../printer.js';
import type { ServerEvent } from '../../server/events.js';
import { isEventFile, type ServeCommand } from '../serverCommand.js';
import { draining } from './draining.js';
import { eventLines } from './eventLines.js';
import { type LineOptions, lineOf } from './line.js';
import type { Output } from './output.js';
import { problems } from './problems.js';
import { terminal } from './terminal.js';

/**
 * The outputs that a command line asks for. An output that needs more code loads it only then. They are emitted once
 * all of them can show something, and this completes once those that listen have closed.
 *
 * @param stop$ emits when the server begins to stop
 */
export const selectOutputs = (
  command: ServeCommand,
  stop$: Observable<unknown>,
): Observable<readonly Output[]> =>
  combineLatest([
    of(problems(isShown(command))),
    ...standardOutput(command, stop$),
    ...standardError(command),
    ...eventFile(command),
    ...streamOfEvents(command),
    ...adminPort(command, stop$),
  ]);

/** Standard output has lines for people or events, but not both. */
function* standardOutput(
  command: ServeCommand,
  stop$: Observable<unknown>,
): Iterable<Observable<Output>> {
  if (command.events === '-') yield of(eventLines(printer(1)));
  else if (isatty(1)) {
    const { drain = 0, exec } = command.serve;
    yield of(terminal(printLine, lineOptions(command)));
    if (drain > 0 && command.verbosity !== 'quiet')
      yield of(draining(printLine, { stop$, drain, exec: exec !== undefined }));
  }
}

/** Prints a line at the start of a line of the terminal, which echoes Ctrl-C as `^C`. */
const printLine: Print = (line) => {
  printer(1)(`\r${line}`);
};

const lineOptions = ({ verbosity, serve, store }: ServeCommand): LineOptions => ({
  verbosity,
  dir: store?.url ?? pathText(serve.dir),
});

/** Returns whether an event has a line on the terminal, on which its warning would repeat it. */
function isShown(command: ServeCommand): (event: ServerEvent) => boolean {
  if (command.events === '-' || !isatty(1) || !isatty(2)) return () => false;
  const options = lineOptions(command);
  return (event) => lineOf(event, options) !== undefined;
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

function* streamOfEvents({ events = '' }: ServeCommand): Iterable<Observable<Output>> {
  if (!isNatsUrl(events)) return;
  yield from(import('./eventStream.js')).pipe(switchMap(({ eventStream }) => eventStream(events)));
}

function* adminPort(
  { admin, serve, events, verbosity }: ServeCommand,
  stop$: Observable<unknown>,
): Iterable<Observable<Output>> {
  if (!admin) return;
  const hasLines = events !== '-' && isatty(1) && verbosity !== 'quiet';
  const print = hasLines ? printLine : noop;
  yield from(import('./adminPages.js')).pipe(
    switchMap(({ adminPages }) => adminPages(admin, { serving: serve, stop$ }, print)),
  );
}
