import { type ChildProcess, execFileSync, spawn, type StdioOptions } from 'node:child_process';
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
import { setTimeout as pause } from 'node:timers/promises';

export { freePort } from './ports.js';

/** What is undone after each spec, the last first. */
const undo: (() => void)[] = [];

/** Leaves something to be undone after the spec. */
export const later = (act: () => void): void => {
  undo.push(act);
};

/** Ends the programs, sockets and servers of a spec, and takes its directories away. */
export function cleanUp(): void {
  for (let act = undo.pop(); act; act = undo.pop()) act();
}

/** A directory for one spec. */
export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'rxdrop-'));
  undo.push(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** Everything that stands in a directory, hidden files too. */
export const everythingIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();

/** A program that has ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program ends that has done its work, and has nothing to tell through pipes. */
export const DONE: Ended = { status: 0, signal: null, stdout: '', stderr: '' };

/** How a program ends that a signal ends. */
export const endedBy = (signal: NodeJS.Signals): Ended => ({ ...DONE, status: null, signal });

export interface Program {
  readonly pid: number;
  readonly input: Writable | null;
  readonly ended: Promise<Ended>;
  readonly running: boolean;
  /** What it has printed on stderr by now. */
  readonly stderr: () => string;
  kill(signal: NodeJS.Signals): void;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** File descriptors in the place of pipes. */
  readonly stdio?: StdioOptions;
  /** The umask that it inherits. */
  readonly umask?: string;
  /** How many files it may have open. */
  readonly openFiles?: number;
  /** What a shell's command line has before the program, and after it: `< a.bin`. */
  readonly before?: string;
  readonly after?: string;
}

/** Runs a program as it is built, in an environment without variables of ours. */
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
  undo.push(() => child.kill('SIGKILL'));
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

/** What the programs of a spec have printed on stderr. */
const complaints = new Set<{ readonly stderr: string }>();

async function endOf(
  child: ChildProcess,
  text: { stdout: string; stderr: string },
): Promise<Ended> {
  complaints.add(text);
  undo.push(() => complaints.delete(text));
  child.stdout?.setEncoding('utf8').on('data', (more: string) => (text.stdout += more));
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (text.stderr += more));
  await once(child, 'close');
  return { status: child.exitCode, signal: child.signalCode, ...text };
}

/** Looks again and again until there is something to see, and returns it. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const due = performance.now() + PATIENCE;
  while (performance.now() < due) {
    const seen = await look();
    if (seen) return seen;
    await pause(POLL);
  }
  throw new Error(`nothing to see within ${PATIENCE} ms: ${String(look)}`);
}

const PATIENCE = 10_000;
const POLL = 5;

/** A plain TCP connection. */
export interface Peer {
  readonly socket: Socket;
  /** How the other side ends it: `FIN` says saved, `RST` not saved. */
  readonly verdict: Promise<Verdict>;
}

export type Verdict = 'FIN' | 'RST';

/** Connects to a program as soon as it listens. */
export const dial = (port: number): Promise<Peer> =>
  until(() => tryToDial(port)).catch((cause: unknown) => {
    const printed = [...complaints].map(({ stderr }) => stderr).join('');
    throw new Error(`nobody listens on port ${port}; stderr has: ${printed}`, { cause });
  });

/** Connects, or finds that nobody listens. */
export async function tryToDial(port: number): Promise<Peer | undefined> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  try {
    await once(socket, 'connect');
  } catch {
    return undefined;
  }
  undo.push(() => socket.destroy());
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

/** A server of a spec's own, which treats each connection as it is told; the port it listens on. */
export async function receiver(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    undo.push(() => socket.destroy());
    socket.on('error', () => undefined);
    treat(socket);
  }).listen(0);
  undo.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A named pipe, both ends of which are open. */
export interface Pipe {
  readonly path: string;
  /** Where a program reads. */
  readonly reader: number;
  /** Where a program writes; it waits there while the pipe is full. */
  readonly writer: number;
  /** What is in it by now. */
  readonly read: () => string;
  readonly write: (text: string) => void;
  /** Closes an end: writing fails, or reading ends, once the programs have closed it too. */
  readonly stopReading: () => void;
  readonly stopWriting: () => void;
}

export function pipe(path: string): Pipe {
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const [stopReading, stopWriting] = [closing(reader), closing(writer)];
  undo.push(stopReading, stopWriting);
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

const A_PIPEFUL = 1024 * 1024;

function readNow(fd: number): string {
  const bytes = Buffer.alloc(A_PIPEFUL);
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes));
  } catch {
    return '';
  }
}

/** Fills a pipe until it takes no more. */
export function fill({ path }: Pipe): void {
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(writer, Buffer.alloc(4_096, '#'));
  } catch {
    closeSync(writer);
  }
}
