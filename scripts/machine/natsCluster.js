import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { start } from './processes.js';
import { until } from './until.js';

/** The credentials of the cluster. */
export const NATS_ENV = { NATS_USER: 'rxdrop', NATS_PASSWORD: 'hunter2' };

const SIZE = 3;

/**
 * A cluster of three nodes of NATS with JetStream on this machine.
 *
 * @param {string} directory
 */
export async function natsCluster(directory) {
  const nodes = await Promise.all(
    Array.from({ length: SIZE }, async (_, index) => ({
      name: `node-${index + 1}`,
      ...{ port: await freePort(), route: await freePort(), monitor: await freePort() },
    })),
  );
  const routes = nodes.map(({ route }) => `"nats://127.0.0.1:${route}"`).join(', ');
  const started = nodes.map(({ name, port, route, monitor }) => {
    const file = join(directory, `${name}.conf`);
    writeFileSync(
      file,
      `server_name: ${name}
listen: 127.0.0.1:${port}
http: 127.0.0.1:${monitor}
jetstream { store_dir: "${join(directory, name)}" }
authorization { user: ${NATS_ENV.NATS_USER}, password: ${NATS_ENV.NATS_PASSWORD} }
cluster { name: rxdrop, listen: 127.0.0.1:${route}, routes: [${routes}] }
`,
    );
    const run = () => start('nats-server', ['-c', file]);
    let running = run();
    return {
      name,
      monitor,
      start: () => (running = run()),
      kill: () => running.end('SIGKILL'),
    };
  });
  const healthy = () =>
    until(async () => {
      const all = await Promise.all(started.map(({ monitor }) => isOk(monitor, 'healthz')));
      return all.every(Boolean);
    }, 30_000);
  await healthy();
  return {
    nodes: started,
    healthy,
    /** @param {string} stream */
    url: (stream) => `nats://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${stream}`,
    /** @param {string} stream The node that leads a stream. */
    leader: (stream) =>
      until(async () => {
        const name = await leaderOf(stream, started);
        return started.find((node) => node.name === name);
      }, 30_000),
    stop: () => Promise.all(started.map((node) => node.kill())),
  };
}

/** @param {number} monitor @param {string} path */
const isOk = (monitor, path) =>
  fetch(`http://127.0.0.1:${monitor}/${path}`).then(
    ({ ok }) => ok,
    () => false,
  );

/** @param {string} stream @param {readonly { monitor: number }[]} nodes */
async function leaderOf(stream, nodes) {
  for (const { monitor } of nodes) {
    try {
      const reply = await fetch(`http://127.0.0.1:${monitor}/jsz?streams=true`);
      const { account_details: accounts = [] } = /** @type {Jsz} */ (await reply.json());
      const found = accounts
        .flatMap(({ stream_detail: streams = [] }) => streams)
        .find(({ name, cluster }) => name === stream && cluster?.leader);
      if (found) return found.cluster?.leader;
    } catch {
      // This node is down.
    }
  }
  return undefined;
}

/**
 * @typedef {{ account_details?: { stream_detail?: { name: string, cluster?: { leader?: string } }[] }[] }} Jsz
 */
