import { defer, type Observable, of, takeUntil, tap } from 'rxjs';
import { type ClientCommand, clientCommand } from './clientCommand.js';
import { exitSignals } from './exitSignals.js';
import { statusOf } from './explain.js';
import { limitJobs } from './jobs.js';
import { into } from './outputs/output.js';
import { reportLines } from './outputs/reportLines.js';
import { warnings } from './outputs/warnings.js';
import { immediateWriter, printer } from './printer.js';
import { type Outcome, run } from './run.js';
import { selectScreen } from './selectScreen.js';
import { sendAll } from './sendAll.js';
import { readTls } from './tlsFiles.js';
import { readArgv } from './argv.js';

// Verification does not depend on this variable, but Node would print a warning about it.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;

const outcome: Outcome = {};
run(
  defer(() => program(clientCommand(readArgv(process.argv.slice(2)), process.env))),
  outcome,
);

function program(command: ClientCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  const signal$ = exitSignals().pipe(
    tap((signal) => {
      outcome.signal = signal;
    }),
  );
  const tls = command.tls && readTls(command.tls);
  const jobs = limitJobs(command, printer(2));
  const sending = { ...command, jobs, send: { ...command.send, tls } };
  const outputs = command.json ? [reportLines(printer(1), immediateWriter(1))] : [];
  return sendAll(sending, selectScreen(command.progress)).pipe(
    into(outputs, warnings(printer(2))),
    tap((report) => {
      if (report.type === 'failed') outcome.status ??= statusOf(report.error);
    }),
    takeUntil(signal$),
  );
}
