import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { CLIENT } from './client.js';
import { content } from './content.js';
import { programOf } from '../scripts/machine/proc.js';
import { command } from './system.js';
import { until } from './until.js';

/**
 * Our client, interrupted in the middle of a file: its input is a FIFO that has no end yet. Its status is that of
 * the signal, never 0, and the server has an `ERROR` for it.
 *
 * @param {import('./stage.js').Stage} here
 * @param {{ port: number, under: string[], signal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT' }} options
 */
export async function interrupted(here, { port, under, signal }) {
  const file = content(10_000);
  const path = join(here.root, `${file.sha256}.fifo`);
  command('mkfifo', path);
  const errors = () => here.ledger.check(here.dir).errors;
  const before = errors();
  // Open for reading too, or this waits for the client.
  const fifo = openSync(path, 'r+');
  writeSync(fifo, file.bytes);
  const entry = here.ledger.open(file);
  entry.ended = 'cut';
  const [program, ...rest] = [...under, process.execPath, CLIENT, '127.0.0.1', `${port}`, path];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  const gone = new Promise((resolve) => child.once('close', resolve));
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);

  await until(() => here.temporaries().length > 0);
  const pid = programOf(child.pid ?? 0, CLIENT);
  if (pid === undefined) here.faults.push(`no client runs that could be interrupted: ${stderr}`);
  else process.kill(pid, signal);
  await gone;
  clearTimeout(late);
  closeSync(fifo);
  rmSync(path);

  const { exitCode, signalCode } = child;
  const status = exitCode ?? 128 + constants.signals[signalCode ?? 'SIGKILL'];
  here.expect(
    status === 128 + constants.signals[signal],
    `${signal} ends a client with ${status}: ${stderr.trim()}`,
  );
  entry.status = status;
  entry.confirmed = status === 0;
  entry.over = true;
  here.expect(
    await until(() => errors() > before),
    `a client that ${signal} has ended leaves no ERROR`,
  );
}
