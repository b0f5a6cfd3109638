import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { directory, afterSpec, until } from './programs.js';

/** A terminal that runs a command of the shell. */
export interface Terminal {
  /** What it has shown so far, the echo of the keys included. */
  readonly shown: () => string;
  /** Types keys: `\x03` is Ctrl-C, `\x04` Ctrl-D, `\x13` Ctrl-S. */
  readonly type: (keys: string) => void;
  /** Signals the command. */
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Closes the terminal, as if its window were closed or its connection lost. */
  readonly close: () => Promise<void>;
  /** The status of the command; a shell's, if a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs a command of the shell on a terminal of its own (`script`, of util-linux). */
export function terminal(
  command: string,
  { cwd, term = 'xterm' }: { readonly cwd?: string; readonly term?: string } = {},
): Terminal {
  const pid = join(directory(), 'pid');
  const child = spawn('script', ['-qec', `echo $$ > '${pid}'; ${command}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH, SHELL: '/bin/sh', TERM: term },
  });
  afterSpec(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  return {
    shown: () => text,
    type: (keys) => child.stdin.write(keys),
    async kill(signal) {
      await until(() => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
      process.kill(Number(readFileSync(pid, 'utf8')), signal);
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

/** Returns the command that runs one of the programs. */
export const program = (name: 'rxdrop-server' | 'rxdrop-client', args: string): string =>
  `'${process.execPath}' '${resolve('dist', 'bin', `${name}.js`)}' ${args}`;
