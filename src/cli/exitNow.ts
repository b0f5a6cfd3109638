import { accessSync, constants } from 'node:fs';

/**
 * Ends the process at once. `process.exit` waits for calls that the thread pool has begun: if the disk hangs, it
 * waits as long as the disk hangs. `execve` does not wait, so this replaces the program by one that only exits
 * with the status. Before Node 22.15 there is no `execve`, and the process ends once the calls have returned.
 */
export function exitNow(status: number): never {
  const { execve, execPath }: MaybeExecve = process;
  if (execve && hasPoolCalls() && isExecutable(execPath))
    execve.call(process, execPath, [execPath, '-e', `process.exit(${status})`], {});
  process.exit(status);
}

/** The types of the oldest supported Node lack `execve`. */
interface MaybeExecve {
  readonly execPath: string;
  readonly execve?: (file: string, args: readonly string[], env: Record<string, string>) => never;
}

/** Whether the thread pool is executing a file call or a look-up. */
const hasPoolCalls = (): boolean =>
  process.getActiveResourcesInfo().some((kind) => POOL_CALLS.has(kind));

const POOL_CALLS: ReadonlySet<string> = new Set(['FSReqCallback', 'GetAddrInfoReqWrap']);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
