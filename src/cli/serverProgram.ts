import { isatty } from 'node:tty';
import { defer, type Observable, of, share, switchMap, tap } from 'rxjs';
import { pathText } from '../node/pathText.js';
import { serve } from '../serve.js';
import { endingSignals } from './endingSignals.js';
import { into, type Output } from './outputs/output.js';
import { terminal } from './outputs/terminal.js';
import { warningsOn } from './outputs/warnings.js';
import { printer } from './printer.js';
import { run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { growingYoungSpace } from './smallYoungSpace.js';
import { readTls } from './tlsFiles.js';
import { wordsOf } from './words.js';

run(defer(() => program(serverCommand(wordsOf(process.argv.slice(2)), process.env))));

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = endingSignals().pipe(tap(growingYoungSpace), share({ resetOnRefCountZero: false }));
  const tls = command.tls && readTls(command.tls);
  const lines = { lines: command.lines, dir: pathText(command.serve.dir) };
  const serving = (...others: readonly Output[]) =>
    serve({ ...command.serve, tls, stop$, ...(command.admin && { progress: PROGRESS_MS }) }).pipe(
      into([
        ...(isatty(1) ? [terminal(printer(1), lines)] : []),
        warningsOn(printer(2)),
        ...others,
      ]),
    );
  const { admin } = command;
  if (!admin) return serving();
  return defer(() => import('./outputs/adminPages.js')).pipe(
    switchMap(({ adminPages }) => adminPages(admin, { serving: command.serve, stop$ })),
    switchMap((pages) => serving(pages)),
  );
}

/** How often a transfer is reported to those who watch. */
const PROGRESS_MS = 1_000;
