import { match, ok, strictEqual } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../scripts/machine/ports.js';
import { start } from '../../scripts/machine/processes.js';
import { startSwift, SWIFT_PROGRAMS } from '../../scripts/machine/swift.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { until } from '../../scripts/machine/until.js';
import { Bucket } from '../../scripts/machine/bucket.js';
import { requirePrograms } from '../requirePrograms.js';

const MiB = 2 ** 20;

/** Files become objects of an OpenStack Swift with three storage nodes, which die and come back. */
export default async function objectStorage() {
  requirePrograms(...SWIFT_PROGRAMS);
  const swift = await startSwift(3);
  const away = temporaryDirectory('objects');
  const bucket = await Bucket.make(swift, 'inbox');
  /** @type {(() => Promise<unknown>)[]} */
  const ends = [];
  const startServer = async (/** @type {'engine' | 'spool'} */ confirmAt) => {
    const server = await serve(away, confirmAt, swift.env);
    ends.push(() => server.end('SIGKILL'));
    return server;
  };
  const killAll = () => Promise.all(swift.nodes.map((node) => node.kill()));
  const startAll = () => Promise.all(swift.nodes.map((node) => node.start()));

  try {
    const [small, large] = [randomBytes(1_000), randomBytes(40 * MiB)];
    const server = await startServer('engine');
    strictEqual(await upload(server.port, small), 'FIN');
    strictEqual(await upload(server.port, large), 'FIN');
    ok((await bucket.read('a/1.file')).equals(small));
    ok((await bucket.read('a/2.file')).equals(large));

    // Two of three copies are enough.
    await swift.nodes[0]?.kill();
    strictEqual(await upload(server.port, large), 'FIN');
    await swift.nodes[0]?.start();

    // The engine is down: the sender learns it in time, and its ERROR appears later.
    await killAll();
    const since = performance.now();
    strictEqual(await upload(server.port, small), 'RST');
    ok(performance.now() - since < 10_000);
    await startAll();
    strictEqual(
      String(await until(() => bucket.read('a/4.file').catch(() => undefined), 60_000)),
      'ERROR',
    );
    strictEqual(await upload(server.port, large), 'FIN');
    await server.end('SIGTERM');

    // The engine is down, and then the server is killed: the next one ships what was confirmed.
    const spooling = await startServer('spool');
    await killAll();
    strictEqual(await upload(spooling.port, large), 'FIN');
    strictEqual(await upload(spooling.port, small), 'FIN');
    await spooling.end('SIGKILL');
    await startAll();
    const next = await startServer('spool');
    await until(() => readdirSync(spoolIn(away)).length === 0, 60_000);
    ok((await bucket.read('a/6.file')).equals(large));
    ok((await bucket.read('a/7.file')).equals(small));
    await next.end('SIGTERM');
  } finally {
    bucket.close();
    await Promise.all(ends.map((end) => end()));
    await swift.stop();
  }
}

const spoolIn = (/** @type {string} */ away) => join(away, 'spool');

/**
 * @param {string} away @param {'engine' | 'spool'} confirmAt @param {Record<string, string>} env
 */
async function serve(away, confirmAt, env) {
  const port = await freePort();
  const program = join(process.cwd(), 'dist', 'bin', 'rxdrop-server.js');
  const args = [program, String(port), spoolIn(away), '--store', 's3://inbox/a', '--events'];
  const server = start(process.execPath, [...args, '--confirm-at', confirmAt], { env });
  await until(() => server.ended() || server.output().includes('\n'));
  match(server.output(), /^\{"type":"listening"/);
  return { port, end: server.end };
}

/**
 * Sends bytes, and waits for the verdict.
 *
 * @param {number} port @param {Buffer} bytes @returns {Promise<'FIN' | 'RST'>}
 */
const upload = (port, bytes) =>
  new Promise((resolve) => {
    connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      .on('end', () => {
        resolve('FIN');
      })
      .on('error', () => {
        resolve('RST');
      })
      .resume()
      .end(bytes);
  });
