import { constants } from 'node:os';
import { finalize, type Observable } from 'rxjs';
import { explain, statusOf } from './explain.js';
import { exitNow } from './exitNow.js';
import { flushOutput, printer } from './printer.js';

/** How a program ends. */
export interface Outcome {
  /** The status of the first failure; if there is none, completion sets it to 0. */
  status?: number;
  /** The signal that ended the program. The process then ends by the same signal, so that the shell can see it. */
  signal?: NodeJS.Signals;
}

/** Prints an error in one line. */
export const printError = (error: unknown): void => {
  printer(2)(`ERROR: ${explain(error)}`);
};

/**
 * Runs a program: the one subscription of its process. The process ends with the outcome, after everything is
 * released: on completion, on an error, on an uncaught exception, and if the event loop has nothing left to do.
 * Until the program has completed, its status is a failure.
 */
export function run(program$: Observable<unknown>, outcome: Outcome = {}): void {
  process.exitCode = EX_SOFTWARE;
  const fail = (error: unknown) => {
    printError(error);
    outcome.status = statusOf(error);
  };
  const running = program$.pipe(finalize(() => setImmediate(flushAndEnd, outcome))).subscribe({
    error: fail,
    complete() {
      outcome.status ??= 0;
    },
  });
  const abandon = (error: unknown) => {
    fail(error);
    running.unsubscribe();
  };
  process.on('uncaughtException', abandon).on('beforeExit', () => {
    abandon(new Error('the program stopped before it was finished'));
  });
}

/** EX_SOFTWARE of sysexits.h. */
const EX_SOFTWARE = 70;

function flushAndEnd(outcome: Outcome): void {
  flushOutput()
    .pipe(
      finalize(() => {
        end(outcome);
      }),
    )
    .subscribe();
}

function end({ status = EX_SOFTWARE, signal }: Outcome): void {
  if (signal === undefined) exitNow(status);
  process.kill(process.pid, signal);
  // A signal that process 1 of a container sends to itself does not end it.
  process.exit(128 + constants.signals[signal]);
}
