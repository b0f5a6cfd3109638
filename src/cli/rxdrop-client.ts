#!/usr/bin/env node
import { defer, type Observable, of, switchMap, takeUntil, tap } from 'rxjs';
import { fromSignals } from '../node/signals.js';
import { type ClientCommand, clientCommand } from './clientCommand.js';
import { statusOf } from './explain.js';
import { printer } from './printer.js';
import { type Outcome, run } from './run.js';
import { screenFor } from './screenFor.js';
import { sendAll } from './sendAll.js';
import { readTls } from './tlsFiles.js';
import { wordsOf } from './words.js';

// Verification does not depend on it here, and Node would print that it does.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;

const outcome: Outcome = { status: 0 };
run(
  defer(() => program(clientCommand(wordsOf(process.argv.slice(2)), process.env))),
  outcome,
);

function program(command: ClientCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  const tls = command.tls && readTls(command.tls);
  const sending = { ...command, send: { ...command.send, tls } };
  const signal$ = fromSignals('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT').pipe(
    tap((signal) => {
      outcome.signal = signal;
    }),
  );
  return screenFor(command.progress).pipe(
    switchMap((screen) => sendAll(sending, screen)),
    tap((error) => {
      outcome.status ||= statusOf(error);
    }),
    takeUntil(signal$),
  );
}
