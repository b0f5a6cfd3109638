import { isatty } from 'node:tty';
import { defer, type Observable, of, share, tap } from 'rxjs';
import { pathText } from '../node/pathText.js';
import { serve } from '../serve.js';
import { exitSignals } from './exitSignals.js';
import { hookOutput } from './outputs/hookOutput.js';
import { into } from './outputs/output.js';
import { terminal } from './outputs/terminal.js';
import { warnings } from './outputs/warnings.js';
import { printer } from './printer.js';
import { run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { letYoungSpaceGrow } from './youngSpace.js';
import { readTls } from './tlsFiles.js';
import { readArgv } from './argv.js';

run(defer(() => program(serverCommand(readArgv(process.argv.slice(2)), process.env))));

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = exitSignals().pipe(tap(letYoungSpaceGrow), share({ resetOnRefCountZero: false }));
  const tls = command.tls && readTls(command.tls);
  const lines = { verbosity: command.verbosity, dir: pathText(command.serve.dir) };
  return serve({ ...command.serve, tls, stop$ }).pipe(
    into([
      ...(isatty(1) ? [terminal(printer(1), lines)] : []),
      ...(command.verbosity === 'verbose' ? [hookOutput(printer(2))] : []),
      warnings(printer(2)),
    ]),
  );
}
