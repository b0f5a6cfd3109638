import { availableParallelism } from 'node:os';
import { defer, identity, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { afterNextPoll$ } from './node/afterPoll.js';
import { checkCommand } from './node/checkCommand.js';
import { fileCommand } from './node/fileCommand.js';
import type { Path } from './node/pathText.js';
import { failInSlices } from './operators/failInSlices.js';
import { limitConcurrency } from './operators/limitConcurrency.js';
import type { ServerFact } from './server/events.js';
import { execEach } from './server/execEach.js';
import { type Phase, shutdown } from './server/stopping.js';
import { type Check, checked } from './store/checked.js';
import { absolute, entryOf } from './store/directory/path.js';
import type { Store } from './store/store.js';

/** A command that may refuse files. */
export interface CheckOptions {
  /**
   * A command for `sh -c`, run before each file is published; any status but 0 makes the file `ERROR`. As many run
   * at a time as there are processors, and the other senders wait.
   */
  check?: string | undefined;
  /** Milliseconds that a check may take; 60,000 by default, and `Infinity` for no limit. */
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

/** The commands of a server. */
export interface Hooks {
  /** Checks the files of a store before they are published. */
  readonly check: (store: Store) => Store;
  /** The check by itself, for files that other processes receive. */
  readonly verdict?: Check | undefined;
  /** Runs a command after each file. */
  readonly exec: MonoTypeOperatorFunction<ServerFact>;
}

/** The commands that the options ask for. The stop of the server ends them. */
export function hooks(
  { check, checkTimeout: timeout, exec, dir }: HookOptions,
  phase$: Observable<Phase>,
): Hooks {
  const abort$ = shutdown(phase$);
  const waiting$ = failInSlices(abort$, afterNextPoll$);
  const run = check === undefined ? undefined : checkCommand(check, { timeout, abort$ });
  const limited = limitConcurrency(availableParallelism());
  return {
    check: run ? (store) => checked(store, run, { abort$: waiting$ }) : identity,
    verdict: run && ((file) => defer(() => run(file)).pipe(limited(waiting$))),
    exec:
      exec === undefined || dir === undefined
        ? identity
        : execIn(absolute(dir), exec, abort$, waiting$),
  };
}

type HookOptions = CheckOptions & ExecOptions & { readonly dir?: Path | undefined };

const execIn = (
  directory: Path,
  line: string,
  abort$: Observable<never>,
  waiting$: Observable<never>,
) =>
  execEach({
    run: ({ file, ...facts }) =>
      fileCommand(line, { ...facts, file: entryOf(directory, file) }, { abort$ }),
    concurrency: availableParallelism(),
    abort$: waiting$,
    clock: performance,
  });
