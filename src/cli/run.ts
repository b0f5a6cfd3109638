import { finalize, type Observable } from 'rxjs';
import { explain, statusOf } from './explain.js';
import { leave } from './leave.js';
import { printer } from './printer.js';

/** What a program came to. */
export interface Outcome {
  status: number;
  /** The signal that ended it, to end by it in turn: then the shell knows. */
  signal?: NodeJS.Signals;
}

/** Prints the one line of a failure. */
export const complain = (error: unknown): void => {
  printer(2)(`ERROR: ${explain(error)}`);
};

/**
 * Runs a program: the one subscription of its process. It ends with the outcome, after everything is
 * released, whatever ends it: completion, an error, or an exception that nobody caught.
 */
export function run(program$: Observable<unknown>, outcome: Outcome = { status: 0 }): void {
  const fail = (error: unknown) => {
    complain(error);
    outcome.status = statusOf(error);
  };
  const running = program$
    .pipe(finalize(() => setImmediate(end, outcome)))
    .subscribe({ error: fail });
  process.on('uncaughtException', (error) => {
    fail(error);
    running.unsubscribe();
  });
}

function end({ status, signal }: Outcome): void {
  if (signal === undefined) leave(status);
  process.kill(process.pid, signal);
}
