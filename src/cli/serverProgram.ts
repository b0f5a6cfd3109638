import { defer, type Observable, of, share, switchMap, tap } from 'rxjs';
import { serve } from '../serve.js';
import { readArgv } from './argv.js';
import { exitSignals } from './exitSignals.js';
import { into } from './outputs/output.js';
import { isEventFile, selectOutputs } from './outputs/selectOutputs.js';
import { warnings } from './outputs/warnings.js';
import { printer } from './printer.js';
import { run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { readTls } from './tlsFiles.js';
import { letYoungSpaceGrow } from './youngSpace.js';

run(defer(() => program(serverCommand(readArgv(process.argv.slice(2)), process.env))));

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = exitSignals({ exceptHangup: isEventFile(command.events) }).pipe(
    tap(letYoungSpaceGrow),
    share({ resetOnRefCountZero: false }),
  );
  const options = { ...command.serve, tls: command.tls && readTls(command.tls), stop$ };
  return selectOutputs(command).pipe(
    switchMap((outputs) => serve(options).pipe(into(outputs, warnings(printer(2))))),
  );
}
