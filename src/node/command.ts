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

export interface CommandOptions {
  /** Variables, in addition to those of this process; `RXDROP_SERVER_…`, which may be secret, are not passed on. */
  env?: Environment;
  /** Ends the command when it errors: by SIGTERM, and after `grace` by SIGKILL. Its error is passed on. */
  abort$?: Observable<never>;
  /** Milliseconds between the two; 300 without it. */
  grace?: number;
  /** Milliseconds that processes which the command leaves in the background may go on; 5,000 without it. */
  linger?: number;
}

/**
 * Runs a command by `sh -c`, and emits how it ended.
 *
 * The command has a process group of its own, reads nothing, and what it prints is read and thrown away but for
 * the last 4 KiB. The result is emitted when the shell exits, whatever still has its output open. It completes
 * once no process of the group is left; what goes on for `linger` milliseconds is killed. `setsid` leaves
 * the group. Unsubscribing kills the group at once.
 *
 *     command('exit 3')   -----(r|)
 *     abort$              --#
 *     processes           ^-T--K      SIGTERM, and SIGKILL after the grace
 *
 * Not for text that comes from outside: pass it in `env`, because the shell runs what stands in `line`.
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
