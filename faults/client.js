import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { content } from './content.js';

export const CLIENT = fileURLToPath(new URL('../dist/bin/rxdrop-client.js', import.meta.url));

/**
 * Sends with our own client.
 *
 * @param {import('./ledger.js').Ledger} ledger
 * @param {{ port: number, scratch: string, host?: string, size?: number, args?: string[], under?: string[], started?: (child: import('node:child_process').ChildProcess) => void }} options
 */
export async function client(
  ledger,
  { port, scratch, host = '127.0.0.1', size = 64 * 1024, args = [], under = [], started },
) {
  const file = content(size);
  const path = join(scratch, `${file.sha256}.upload`);
  writeFileSync(path, file.bytes);
  const entry = ledger.open(file);
  const [command, ...rest] = [...under, process.execPath, CLIENT, host, String(port), path];
  const child = spawn(command, [...rest, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
  started?.(child);
  const status = await new Promise((resolve) => child.on('close', resolve));
  rmSync(path, { force: true });
  entry.status = status;
  entry.confirmed = status === 0;
  entry.receipt = entry.confirmed && args.includes('--receipt');
  // Only the exit status reports what the client has seen; a file may be saved without a confirmation.
  entry.ended = 'fin';
  entry.over = true;
  return { entry, status, stderr };
}
