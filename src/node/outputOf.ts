import type { ExecFileOptions } from 'node:child_process';
import { Observable } from 'rxjs';

/**
 * Runs a program and emits its output, if it exits with status 0. Completes without a value if it ends in another
 * way or cannot be run. Unsubscribing kills it.
 */
export function outputOf(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Observable<string> {
  return new Observable((subscriber) => {
    try {
      // Loaded here, because most programs start none.
      const { execFile } = process.getBuiltinModule('node:child_process');
      const child = execFile(
        program,
        [...args],
        { ...options, encoding: 'utf8', windowsHide: true },
        (error, output) => {
          if (!error) subscriber.next(output);
          subscriber.complete();
        },
      );
      return () => {
        child.kill('SIGKILL');
      };
    } catch {
      // Node throws if the system has no memory for a process, or does not permit one.
      subscriber.complete();
      return undefined;
    }
  });
}
