import { accessSync, constants } from 'node:fs';

/**
 * Ends the process at once. Node waits for calls that its thread pool has begun, however long they take: with a
 * disk that hangs, for as long as it hangs. What another program replaces does not wait, so that one ends with
 * the status then. Before Node 22.15 there is nothing that does this, and the process ends once the call returns.
 */
export function exitNow(status: number): never {
  const { execve, execPath }: MaybeExecve = process;
  if (execve && hasPoolCalls() && isExecutable(execPath))
    execve.call(process, execPath, [execPath, '-e', `process.exit(${status})`], {});
  process.exit(status);
}

/** A process as the types of the oldest supported Node do not have it. */
interface MaybeExecve {
  readonly execPath: string;
  readonly execve?: (file: string, args: readonly string[], env: Record<string, string>) => never;
}

/** Whether a call is under way in the thread pool: of a file, or a look-up of a name. */
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
