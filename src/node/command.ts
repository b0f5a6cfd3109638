import {
  catchError,
  concat,
  defer,
  finalize,
  ignoreElements,
  map,
  NEVER,
  type Observable,
  takeUntil,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import { type CommandResult, type Environment, Shell } from './shell.js';

export type { CommandResult, Environment };

/** How a command runs. */
export interface CommandOptions {
  /** Variables, in addition to those of this process; `RXDROP_SERVER_…`, which may be secret, are not passed on. */
  env?: Environment;
  /** When it errors, the command is ended by SIGTERM, and after `grace` by SIGKILL. Its error is passed on. */
  abort$?: Observable<never>;
  /** Milliseconds between SIGTERM and SIGKILL; 300 by default. */
  grace?: number;
  /** Milliseconds for which processes may run on that the command has left in the background; 5,000 by default. */
  linger?: number;
}

/**
 * Runs a command by `sh -c`, and emits how it ended.
 *
 * The command has a process group of its own, and its standard input is empty. Its output is read, and the last 4 KiB
 * are kept. The result is emitted when the shell exits, even if other processes still have its output open. The
 * Observable completes once no process of the group is left; processes that run on for `linger` milliseconds are
 * killed. A process that is started by `setsid` leaves the group. Unsubscribing kills the group at once.
 *
 *     command('exit 3')   -----(r|)
 *     abort$              --#
 *     processes           ^-T--K      SIGTERM, and SIGKILL after the grace
 *
 * Not for text that comes from outside: pass it in `env`, because the shell runs the text of `line`.
 *
 * @param line the text of the command
 * @throws CommandError if there is no `sh`, or the system has no process for it
 * @example
 * ```ts
 * import { command } from 'rxdrop/node';
 *
 * command('echo "$WHO" is refused; exit 1', { env: { WHO: 'nobody' } }).subscribe((result) =>
 *   console.log(result.status, result.output.trim()),
 * );
 * // → 1 nobody is refused
 * ```
 * @category Creation
 */
export function command(
  line: string,
  { env = {}, abort$ = NEVER, grace = GRACE_MS, linger = LINGER_MS }: CommandOptions = {},
): Observable<CommandResult> {
  return defer(() => {
    const shell = Shell.start(line, env);
    const gone$ = timer(0, LOOK_MS).pipe(
      map(() => shell.isAlive),
      takeWhile((isAlive) => isAlive),
      ignoreElements(),
    );
    const end = (reason: unknown) => {
      shell.signal('SIGTERM');
      return concat(
        gone$.pipe(takeUntil(timer(grace))),
        throwError(() => reason),
      );
    };
    const lingering$ = gone$.pipe(takeUntil(timer(linger)));
    const result$ = concat(shell.exit$, lingering$).pipe(takeUntil(abort$));
    return result$.pipe(
      catchError(end),
      finalize(() => {
        shell.close();
      }),
    );
  });
}

const GRACE_MS = 300;
const LINGER_MS = 5_000;
const LOOK_MS = 10;
