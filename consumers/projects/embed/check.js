// Each application of docs/recipes/embed.md, as the installed package has it, receives a file, shows it and stops.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const page = readFileSync('node_modules/rxdrop/docs/recipes/embed.md', 'utf8');
const [port, httpPort] = [await freePort(), await freePort()];

/** @type {string[]} */
const commands = [];
for (const [, language, text = ''] of page.matchAll(/^```(\w+)\n(.*?)^```/gms)) {
  const code = text.replace(/\b5000\b/g, port).replace(/\b8080\b/g, httpPort);
  const name = language === 'json' ? 'tsconfig.json' : /^\/\/ (\S+)/.exec(code)?.[1];
  if (name !== undefined) writeFileSync(name, code);
  else commands.push(code);
}

const { dependencies, devDependencies } = /** @type {Record<string, object>} */ (
  JSON.parse(readFileSync('package.json', 'utf8'))
);
const wanted = commands
  .flatMap((code) => [...code.matchAll(/npm install (?:--save-dev )?([^&\n]*)/g)])
  .flatMap(([, names = '']) => names.trim().split(' '));
assert.deepEqual(wanted.sort(), Object.keys({ ...dependencies, ...devDependencies }).sort());

const applications = commands.filter((code) => code.startsWith('npx tsc'));
const [tryIt = ''] = commands.filter((code) => code.includes('rxdrop-client'));
assert.equal(applications.length, 3);
for (const command of applications) await use(command);

/** @param {string} command */
async function use(command) {
  const application = spawn('sh', ['-ec', command.replace('&& node', '&& exec node')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(application, 'exit');
  try {
    assert.deepEqual(await oldestShown(tryIt), { file: '1.file', bytes: 6 });
    assert.equal(readFileSync('inbox/1.file', 'utf8'), 'hello\n');
    application.kill('SIGTERM');
    assert.deepEqual(await Promise.race([ended, pause(10_000, 'it does not end')]), [0, null]);
  } finally {
    application.kill('SIGKILL');
  }
  rmSync('inbox', { recursive: true });
  console.log(`→ ${command.trim()}`);
}

/**
 * Sends a file again and again until the application listens, and returns the oldest file that it then shows.
 *
 * @param {string} command
 */
async function oldestShown(command) {
  for (let tries = 0; tries < 300; tries++) {
    const { status, stdout } = spawnSync('sh', ['-ec', command], { encoding: 'utf8' });
    const files = /** @type {{ file: string, bytes: number }[]} */ (
      status === 0 ? JSON.parse(stdout) : []
    );
    const oldest = files.at(-1);
    if (oldest !== undefined) return { file: oldest.file, bytes: oldest.bytes };
    await pause(100);
  }
  throw new Error('the application shows no file');
}

/** @returns {Promise<string>} */
async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return String(port);
}
