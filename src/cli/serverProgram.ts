import { isatty } from 'node:tty';
import { defer, identity, type Observable, of, share, tap } from 'rxjs';
import { pathText } from '../node/pathText.js';
import { serve } from '../serve.js';
import type { ServerEvent } from '../server/events.js';
import { endingSignals } from './endingSignals.js';
import { into } from './outputs/output.js';
import { terminal } from './outputs/terminal.js';
import { warningsOn } from './outputs/warnings.js';
import { printer } from './printer.js';
import { type Outcome, run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { growingYoungSpace } from './smallYoungSpace.js';
import { readTls } from './tlsFiles.js';
import { wordsOf } from './words.js';

const outcome: Outcome = {};

run(
  defer(() => program(serverCommand(wordsOf(process.argv.slice(2)), process.env))),
  outcome,
);

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = endingSignals().pipe(tap(growingYoungSpace), share({ resetOnRefCountZero: false }));
  const tls = command.tls && readTls(command.tls);
  const lines = { lines: command.lines, dir: pathText(command.serve.dir) };
  return serve({ ...command.serve, tls, stop$ }).pipe(
    command.serve.once ? tap(statusOfOne) : identity,
    into([...(isatty(1) ? [terminal(printer(1), lines)] : []), warningsOn(printer(2))]),
  );
}

/** With `--once`, the status says whether a file was saved, whatever ended the server. */
function statusOfOne({ type }: ServerEvent): void {
  if (type === 'listening') outcome.status = NOT_SAVED;
  if (type === 'received') outcome.status = 0;
}

const NOT_SAVED = 1;
