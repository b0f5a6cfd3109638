import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, PYTHON } from './system.js';
import { until } from './until.js';

/**
 * Puts FILE-DIR on a file system that passes every call on, but for one fault (`passing.py`), until it is undone.
 *
 * @param {import('./stage.js').Stage} here
 * @param {string} fault
 */
export async function passing(here, fault) {
  const below = join(here.dir, 'below');
  const at = join(here.dir, `passing ${fault}`);
  for (const path of [below, at]) mkdirSync(path, { recursive: true });
  const child = spawn(PYTHON, [SCRIPT, below, at, fault], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text));
  const gone = new Promise((resolve) => child.once('close', resolve));
  const outside = statSync(at).dev;
  const isMounted = () => statSync(at).dev !== outside;
  here.finally(async () => {
    if (isMounted()) command('umount', '-l', at);
    child.kill('SIGKILL');
    await gone;
  });
  await until(() => isMounted() || child.exitCode !== null, 10_000);
  if (!isMounted()) throw new Error(`cannot mount: ${said.trim()}`);
  here.dir = join(at, 'inbox');
  mkdirSync(here.dir, { recursive: true });
}

const SCRIPT = fileURLToPath(new URL('passing.py', import.meta.url));
