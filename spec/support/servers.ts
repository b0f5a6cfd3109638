import { join } from 'node:path';
import { directory, freePort, type Program, run, type RunOptions, tryToDial } from './programs.js';
import { type SavedFiles, savedFiles } from './savedFiles.js';
import { until } from './until.js';

/** The signals that end a server, and that interrupt a client. */
export const SIGNALS = ['SIGTERM', 'SIGQUIT', 'SIGINT'] as const;

/** A server program. */
export interface Server extends SavedFiles {
  readonly program: Program;
  readonly port: number;
}

export interface ServerOptions extends RunOptions {
  /** FILE-DIR; by default a directory that the server creates itself. */
  readonly dir?: string;
}

/** Starts the server program on a free port; `dial` waits until it listens. */
export async function startServer(
  args: readonly (string | number)[] = [],
  { dir = join(directory(), 'inbox'), ...options }: ServerOptions = {},
): Promise<Server> {
  const port = await freePort();
  const program = run('rxdrop-server', [port, dir, ...args], options);
  return { program, port, ...savedFiles(dir) };
}

/** Waits until a server accepts no more connections. Those that it still accepts end without data. */
export const refusing = (port: number) =>
  until(async () => {
    const peer = await tryToDial(port);
    peer?.socket.destroy();
    return peer === undefined;
  });
