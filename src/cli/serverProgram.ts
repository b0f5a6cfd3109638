import { defer, identity, type Observable, of, share, switchMap, tap } from 'rxjs';
import { serve } from '../serve.js';
import type { ServeOptions } from '../serveOptions.js';
import type { ServerEvent } from '../server/events.js';
import { readArgv } from './argv.js';
import { exitSignals } from './exitSignals.js';
import { instanceName } from './instanceName.js';
import { openStore } from './openStore.js';
import { into } from './outputs/output.js';
import { selectOutputs } from './outputs/selectOutputs.js';
import { warnings } from './outputs/warnings.js';
import { PASSED_SOCKET_VARIABLES } from './passedSocket.js';
import { printer } from './printer.js';
import { type Outcome, run } from './run.js';
import {
  isEventFile,
  type ServeCommand,
  type ServerCommand,
  serverCommand,
} from './serverCommand.js';
import { readTls } from './tlsFiles.js';
import { letYoungSpaceGrow } from '../node/youngSpace.js';

const outcome: Outcome = {};

export const runServer = (): void => {
  run(
    defer(() => program(serverCommand(readArgv(process.argv.slice(2)), process.env))),
    outcome,
  );
};

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  for (const variable of PASSED_SOCKET_VARIABLES) Reflect.deleteProperty(process.env, variable);
  // Subscribed until the process ends, because a signal during the stop must not end it in another way.
  const stop$ = exitSignals({ exceptHangup: isEventFile(command.events) }).pipe(
    tap(letYoungSpaceGrow),
    share({ resetOnRefCountZero: false }),
  );
  // What is passed on to workers, and events that wait for their batch, survive several collections of a small space.
  if (command.serve.workers !== 1 || command.events !== undefined || command.admin)
    letYoungSpaceGrow();
  const options = {
    ...intoStore(command),
    ...(command.admin && { progress: PROGRESS_MS }),
    instance: instanceName(command),
    tls: command.tls && readTls(command.tls),
    stop$,
  };
  return selectOutputs(command, stop$).pipe(
    switchMap((outputs) => serve(options).pipe(into(outputs, warnings(printer(2))))),
    command.serve.once ? tap(statusOfOne) : identity,
  );
}

/** The files go into the directory, or into the store, whose spool the directory is. */
const intoStore = ({ serve, store }: ServeCommand): ServeOptions => {
  if (!store) return serve;
  const { dir, exec, workers, ids, ...serving } = serve;
  return { ...serving, store: openStore(store, serve) };
};

/** How often a transfer is reported to those who watch. */
const PROGRESS_MS = 1_000;

/** With `--once`, the status says whether a file was saved, whatever ended the server. */
function statusOfOne({ type }: ServerEvent): void {
  if (type === 'listening') outcome.status = NOT_SAVED;
  if (type === 'received') outcome.status = 0;
}

const NOT_SAVED = 1;
