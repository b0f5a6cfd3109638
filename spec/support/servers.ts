import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  directory,
  freePort,
  type Program,
  run,
  type RunOptions,
  tryToDial,
  until,
} from './programs.js';

/** A server of a spec. */
export interface Server {
  readonly program: Program;
  readonly port: number;
  /** FILE-DIR. */
  readonly dir: string;
  /** The content of `N.file`. */
  readonly file: (id: number) => string;
}

export interface ServerOptions extends RunOptions {
  /** FILE-DIR; by default a directory that the server makes itself. */
  readonly dir?: string;
}

/** Starts a server on a port of its own; `dial` waits until it listens. */
export async function startServer(
  args: readonly string[] = [],
  { dir = join(directory(), 'inbox'), ...options }: ServerOptions = {},
): Promise<Server> {
  const port = await freePort();
  const program = run('rxdrop-server', [port, dir, ...args], options);
  return { program, port, dir, file: (id) => readFileSync(join(dir, `${id}.file`), 'utf8') };
}

/** Waits until a server takes no more connections; those it still took end empty. */
export const refusing = (port: number) =>
  until(async () => {
    const peer = await tryToDial(port);
    peer?.socket.destroy();
    return peer === undefined;
  });
