import { isatty } from 'node:tty';
import { forkJoin, from, map, type Observable, of } from 'rxjs';
import { pathText } from '../../node/pathText.js';
import { fromSignals } from '../../node/signals.js';
import { printer } from '../printer.js';
import { isEventFile, type ServeCommand } from '../serverCommand.js';
import { eventLines } from './eventLines.js';
import type { Output } from './output.js';
import { problems } from './problems.js';
import { terminal } from './terminal.js';

/** The outputs that a command line asks for. An output that needs more code loads it only then. */
export const selectOutputs = (command: ServeCommand): Observable<readonly Output[]> =>
  forkJoin([
    of(problems),
    ...standardOutput(command),
    ...standardError(command),
    ...eventFile(command),
  ]);

/** Standard output has lines for people or events, but not both. */
function* standardOutput({ events, verbosity, serve }: ServeCommand): Iterable<Observable<Output>> {
  if (events === '-') yield of(eventLines(printer(1)));
  else if (isatty(1)) yield of(terminal(printer(1), { verbosity, dir: pathText(serve.dir) }));
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
