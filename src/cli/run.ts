import { constants } from 'node:os';
import { finalize, type Observable } from 'rxjs';
import { explain, statusOf } from './explain.js';
import { exitNow } from './exitNow.js';
import { flushOutput, printer } from './printer.js';

/** What a program comes to. */
export interface Outcome {
  /** The first failure; if there is none, the completion of the program makes it 0. */
  status?: number;
  /** The signal that ended it, to end by it in turn: then the shell knows. */
  signal?: NodeJS.Signals;
}

/** Prints the one line of a failure. */
export const printError = (error: unknown): void => {
  printer(2)(`ERROR: ${explain(error)}`);
};

/**
 * Runs a program: the one subscription of its process. It ends with the outcome, after everything is
 * released, whatever ends it: completion, an error, an exception that nobody caught, or an event loop that
 * has nothing left to do. Its status is a failure until it has completed.
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
    abandon(new Error('it stopped before it was done'));
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
  // The system does not end process 1 of a container by a signal of its own.
  process.exit(128 + constants.signals[signal]);
}
