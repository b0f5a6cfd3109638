import { availableParallelism } from 'node:os';
import { identity, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkCommand } from './node/checkCommand.js';
import { fileCommand } from './node/fileCommand.js';
import type { ServerFact } from './server/events.js';
import { exec as execEach } from './server/exec.js';
import { type Phase, shutdown } from './server/stopping.js';
import { checked } from './store/checked.js';
import { absolute, entryOf } from './store/directory/path.js';
import type { Store } from './store/store.js';

/** A command that may refuse files. */
export interface CheckOptions {
  /**
   * A command for `sh -c`, run before each file is published; any status but 0 makes the file `ERROR`. As many run
   * at a time as there are processors, and the other senders wait.
   */
  check?: string | undefined;
  /** Milliseconds that a check may take; 60,000 without it. `Infinity`: any time. */
  checkTimeout?: number | undefined;
}

/** A command for each file that is saved. */
export interface ExecOptions {
  /**
   * A command for `sh -c`, run after each file is published; a `hook` event reports its end. As many run at a time as
   * there are processors; 10,000 may wait.
   */
  exec?: string | undefined;
}

/** A store whose files are checked, if that is asked for. The stop of the server ends the checks. */
export const withCheck = (
  store: Store,
  { check, checkTimeout: timeout }: CheckOptions,
  phase$: Observable<Phase>,
): Store => {
  if (check === undefined) return store;
  const abort$ = shutdown(phase$);
  return checked(store, checkCommand(check, { timeout, abort$ }), { abort$ });
};

/** Runs a command after each file, if that is asked for. The stop of the server ends the commands. */
export const withExec = (
  { exec, dir }: ExecOptions & { readonly dir?: string | Buffer | undefined },
  phase$: Observable<Phase>,
): MonoTypeOperatorFunction<ServerFact> => {
  if (exec === undefined || dir === undefined) return identity;
  const directory = absolute(dir);
  const abort$ = shutdown(phase$);
  return execEach({
    run: ({ file, ...facts }) =>
      fileCommand(exec, { ...facts, file: entryOf(directory, file) }, { abort$ }),
    concurrency: availableParallelism(),
    abort$,
    clock: performance,
  });
};
