import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { codeOf } from '../../src/store/directory/codeOf.js';
import { makeFifo } from './fifo.js';
import { until } from '../../scripts/machine/until.js';

export { freePort } from '../../scripts/machine/ports.js';
export { until } from '../../scripts/machine/until.js';

/** What has to be released after each spec, the last first. */
const releases: (() => unknown)[] = [];

/** Calls a function after the spec, and waits for its promise. */
export const afterSpec = (release: () => unknown): void => {
  releases.push(release);
};

/** Ends the programs, sockets and servers of a spec, and removes its directories. */
export async function cleanUp(): Promise<void> {
  for (let release = releases.pop(); release; release = releases.pop()) await release();
}

/** Creates a directory that is removed after the spec. */
export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'rxdrop-'));
  // The workers of a killed server end a little later than it does, and may write there meanwhile.
  afterSpec(() => until(() => isRemoved(path)));
  return path;
}

function isRemoved(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** The names of everything in a directory and below it, hidden files included. */
export const everythingIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();

/** A program that has ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program ends if it succeeds and prints nothing. */
export const DONE: Ended = { status: 0, signal: null, stdout: '', stderr: '' };

/** How a program ends if a signal ends it. */
export const endedBy = (signal: NodeJS.Signals): Ended => ({ ...DONE, status: null, signal });

export interface Program {
  readonly pid: number;
  readonly input: Writable | null;
  readonly ended: Promise<Ended>;
  readonly running: boolean;
  /** What it has printed on stderr so far. */
  readonly stderr: () => string;
  kill(signal: NodeJS.Signals): void;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** File descriptors instead of pipes. */
  readonly stdio?: StdioOptions;
  /** The umask that it inherits, in octal. */
  readonly umask?: string;
  /** Its open-files limit. */
  readonly openFiles?: number;
  /** What the command line of a shell has before the program, and after it: `< a.bin`. */
  readonly before?: string;
  readonly after?: string;
}

/** Runs a program as it is built. Its environment has only PATH and `env`. */
export const run = (
  name: 'rxdrop-server' | 'rxdrop-client',
  args: readonly (string | number)[],
  options: RunOptions = {},
): Program => runNode([resolve('dist', 'bin', `${name}.js`), ...args.map(String)], options);

/** Runs Node. */
export function runNode(
  args: readonly string[],
  { env = {}, cwd, stdio = 'pipe', umask, openFiles, before = '', after = '' }: RunOptions = {},
): Program {
  const command = [process.execPath, ...args];
  const limits = [
    ...(umask === undefined ? [] : [`umask ${umask}`]),
    ...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]),
  ];
  const shell = limits.length > 0 || before !== '' || after !== '';
  const line = [before === '' ? 'exec' : before, '"$@"', after].join(' ');
  const [file = '', ...rest] = !shell
    ? command
    : ['sh', '-c', [...limits, line].join(' && '), 'sh', ...command];
  const child = spawn(file, rest, { cwd, stdio, env: { PATH: process.env.PATH, ...env } });
  afterSpec(() => child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  return {
    pid: child.pid ?? 0,
    input: child.stdin,
    ended: endOf(child, text),
    stderr: () => text.stderr,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    kill(signal) {
      child.kill(signal);
    },
  };
}

/** What the programs of a spec have printed on stderr, for the message of an error. */
const printed = new Set<{ readonly stderr: string }>();

async function endOf(
  child: ChildProcess,
  text: { stdout: string; stderr: string },
): Promise<Ended> {
  printed.add(text);
  afterSpec(() => printed.delete(text));
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (text.stdout += more));
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (text.stderr += more));
  await once(child, 'close');
  return { status: child.exitCode, signal: child.signalCode, ...text };
}

/** A plain TCP connection. */
export interface Peer {
  readonly socket: Socket;
  /** How the server ends it: with a FIN if the file is saved, with an RST if not. */
  readonly verdict: Promise<Verdict>;
}

export type Verdict = 'FIN' | 'RST';

/** Connects to a program as soon as it listens. */
export const dial = (port: number): Promise<Peer> =>
  until(() => tryToDial(port)).catch((cause: unknown) => {
    const lines = [...printed].map(({ stderr }) => stderr).join('');
    throw new Error(`nothing listens on port ${port}; stderr: ${lines}`, { cause });
  });

/** Connects; resolves with `undefined` if nothing listens. */
export async function tryToDial(port: number): Promise<Peer | undefined> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  afterSpec(() => socket.destroy());
  return { socket, verdict: verdictOn(socket) };
}

const verdictOn = (socket: Socket): Promise<Verdict> =>
  new Promise((resolve) => {
    socket
      .on('end', () => {
        resolve('FIN');
      })
      .on('error', () => {
        resolve('RST');
      });
  });

/** Sends a text over a connection of its own, and waits for the verdict. */
export async function drop(port: number, text: string): Promise<Verdict> {
  const { socket, verdict } = await dial(port);
  socket.end(text);
  return verdict;
}

/** Listens on a port, calls a function with each connection, and returns the port. */
export async function receiver(handle: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    afterSpec(() => socket.destroy());
    socket.on('error', () => undefined);
    handle(socket);
  }).listen(0);
  afterSpec(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A named pipe. This process has both ends open. */
export interface Pipe {
  readonly path: string;
  /** The descriptor for a program that reads. */
  readonly reader: number;
  /** The descriptor for a program that writes; a write waits while the pipe is full. */
  readonly writer: number;
  /** Reads what is in it now. */
  readonly read: () => string;
  readonly write: (text: string) => void;
  /** Closes an end. Once the programs have closed it too, writing fails, or reading ends. */
  readonly stopReading: () => void;
  readonly stopWriting: () => void;
}

export function pipe(path: string): Pipe {
  makeFifo(path);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const [stopReading, stopWriting] = [closing(reader), closing(writer)];
  afterSpec(stopReading);
  afterSpec(stopWriting);
  return {
    path,
    reader,
    writer,
    read: () => readNow(reader),
    write: (text) => writeSync(writer, text),
    stopReading,
    stopWriting,
  };
}

/** Closes a file descriptor, once. */
function closing(fd: number): () => void {
  let open = true;
  return () => {
    if (open) closeSync(fd);
    open = false;
  };
}

/** The largest capacity of a pipe. */
const PIPE_BYTES = 1024 * 1024;

function readNow(fd: number): string {
  const bytes = Buffer.alloc(PIPE_BYTES);
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes));
  } catch {
    return '';
  }
}

/** Fills a pipe until it accepts no more. */
export function fill({ path }: Pipe): void {
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(writer, Buffer.alloc(4_096, '#'));
  } catch {
    closeSync(writer);
  }
}
