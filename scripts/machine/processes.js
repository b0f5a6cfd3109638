import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A program that a check has started.
 *
 * @typedef {object} Running
 * @property {number} pid
 * @property {() => string} output what it has printed
 * @property {() => boolean} ended
 * @property {(signal: NodeJS.Signals) => Promise<number | null>} end sends a signal, and resolves with the status
 * @property {(signal: NodeJS.Signals) => void} signal
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/**
 * Starts a program, which does not outlive this process.
 *
 * @param {string} file @param {readonly string[]} args
 * @param {{ env?: Readonly<Record<string, string>>, cwd?: string, uid?: number, gid?: number }} [options]
 * @returns {Running}
 */
export function start(file, args, { env = {}, ...options } = {}) {
  const child = spawn(file, args, {
    ...options,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`cannot start ${file}`);
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += String(chunk)));
  const closed = once(child, 'close').then(() => children.delete(child));
  return {
    pid: child.pid,
    output: () => output,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    signal: (signal) => child.kill(signal),
    async end(signal) {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
