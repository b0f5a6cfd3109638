/** The programs as they are built, and each entry of the library, on the Node that runs this. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RxdropError, send, serve } from 'rxdrop';
import { openFile } from 'rxdrop/node';
import { limitBytes } from 'rxdrop/operators';
import { lawsOf, memoryStore } from 'rxdrop/testing';
import {
  filter,
  firstValueFrom,
  ignoreElements,
  lastValueFrom,
  mergeMap,
  of,
  switchMap,
} from 'rxjs';
import { temporaryDirectory } from '../scripts/machine/temporaryDirectory.js';
import { freePort } from '../scripts/machine/ports.js';

const MiB = 2 ** 20;
const HOST = '127.0.0.1';
const directory = temporaryDirectory('matrix');
const path = (/** @type {string[]} */ ...names) => join(directory, ...names);

/** @param {string} name @param {...(string | number)} args */
const program = (name, ...args) => {
  const file = fileURLToPath(new URL(`../dist/bin/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args.map(String)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const told = child.stderr.setEncoding('utf8').toArray();
  const ended = once(child, 'close').then(async (how) => ({
    status: /** @type {number | null} */ (how[0]),
    told: (await told).join(''),
  }));
  return { child, ended };
};

const until = async (/** @type {() => boolean} */ condition) => {
  for (let look = 0; !condition(); look++) {
    assert.ok(look < 1_000, 'it has not become so within 10 s');
    await setTimeout(10);
  }
};

const sample = randomBytes(20 * MiB);
writeFileSync(path('sample.bin'), sample);
const port = await freePort();
const server = program('rxdrop-server', port, path('inbox'), '--host', HOST);

// A connection that is refused has no number: the first file is that of the client that succeeds.
const upload = () => program('rxdrop-client', HOST, port, path('sample.bin')).ended;
let sent = await upload();
for (let attempt = 0; sent.status === 69 && attempt < 100; attempt++) sent = await upload();
assert.deepEqual(sent, { status: 0, told: '' });
assert.ok(readFileSync(path('inbox', '1.file')).equals(sample), 'the file arrives as it was');

const cut = connect({ host: HOST, port });
await once(cut, 'connect');
await new Promise((taken) => cut.write('half a file', taken));
cut.resetAndDestroy();
await until(() => existsSync(path('inbox', '2.file')));
assert.equal(readFileSync(path('inbox', '2.file'), 'utf8'), 'ERROR');

const refused = await program('rxdrop-server', port, path('other'), '--host', HOST).ended;
assert.notEqual(refused.status, 0);
assert.match(refused.told, /^ERROR: .*\n$/);

server.child.kill('SIGTERM');
assert.deepEqual(await server.ended, { status: 0, told: '' });

const store = memoryStore();
const event = await firstValueFrom(
  serve({ port: 0, host: HOST, store }).pipe(
    mergeMap((event) =>
      event.type === 'listening'
        ? send({ host: HOST, port: event.port, file: fileURLToPath(import.meta.url) }).pipe(
            ignoreElements(),
          )
        : of(event),
    ),
    filter((event) => event.type === 'received'),
  ),
);
const own = readFileSync(new URL(import.meta.url), 'utf8');
assert.equal(event.bytes, Buffer.byteLength(own));
assert.equal(await firstValueFrom(store.files$), `1.file: ${own}`);

const limited$ = openFile(path('sample.bin')).pipe(
  switchMap(({ blocks$ }) => blocks$.pipe(limitBytes(MiB))),
);
await assert.rejects(lastValueFrom(limited$), RxdropError);

const chunk = Buffer.from('a');
for (const [, check] of lawsOf(() => limitBytes(9), { a: chunk, b: chunk })) check();
