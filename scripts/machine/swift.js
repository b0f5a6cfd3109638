import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { start } from './processes.js';
import { temporaryDirectory } from './temporaryDirectory.js';
import { until } from './until.js';

/**
 * The programs of OpenStack Swift, in the packages swift-proxy, swift-account, swift-container, swift-object,
 * memcached.
 */
export const SWIFT_PROGRAMS = [
  ...['swift-proxy-server', 'swift-account-server', 'swift-container-server'],
  ...['swift-object-server', 'swift-object-updater', 'swift-container-replicator'],
  ...['swift-ring-builder', 'memcached'],
];

/**
 * @typedef {object} Swift
 * @property {string} endpoint
 * @property {Record<string, string>} env the variables with which a client of S3 finds it
 * @property {readonly Node[]} nodes its storage nodes, each in a zone of its own
 * @property {() => Promise<void>} heal makes the lists of all nodes equal, as the daemons of a Swift regularly do
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Node
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} kill
 * @property {(kind: string, daemon: string) => Promise<void>} once runs a daemon, until it has done its work once
 */

/**
 * An OpenStack Swift with the S3 API on loopback: a proxy, and storage nodes that each keep a copy of everything. It is
 * gone with `stop`, and its files with the process.
 *
 * @param {number} [zones] storage nodes
 * @returns {Promise<Swift>}
 */
export async function startSwift(zones = 1) {
  const home = temporaryDirectory('swift');
  const run = (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    start(program, args, { env: { SWIFT_DIR: home } });
  writeFileSync(join(home, 'swift.conf'), SWIFT_CONF);
  const [port, cachePort] = [await freePort(), await freePort()];
  writeFileSync(join(home, 'proxy.conf'), proxyConf(home, port, cachePort));

  /** @type {Node[]} */
  const nodes = [];
  /** @type {Record<string, number[]>} */
  const ports = { account: [], container: [], object: [] };
  for (let zone = 1; zone <= zones; zone++) {
    const devices = join(home, `zone${zone}`);
    mkdirSync(join(devices, 'sda'), { recursive: true });
    /** @type {number[]} */
    const own = [];
    for (const kind of KINDS) {
      const port = await freePort();
      own.push(port);
      ports[kind]?.push(port);
      writeFileSync(join(devices, `${kind}.conf`), storageConf(home, devices, kind, port));
    }
    /** @type {Running[]} */
    let servers = [];
    nodes.push({
      async start() {
        servers = KINDS.map((kind) => run(`swift-${kind}-server`, join(devices, `${kind}.conf`)));
        await Promise.all(own.map(untilListening));
      },
      kill: () => kill(servers),
      once: (kind, daemon) => complete(run(daemon, join(devices, `${kind}.conf`), 'once')),
    });
  }
  for (const kind of KINDS) buildRing(home, kind, ports[kind] ?? []);

  const all = [
    run('memcached', '-u', 'nobody', '-l', '127.0.0.1', '-p', String(cachePort)),
    run('swift-proxy-server', join(home, 'proxy.conf')),
  ];
  const stop = async () => {
    await Promise.all([kill(all), ...nodes.map((node) => node.kill())]);
  };
  try {
    await Promise.all([...nodes.map((node) => node.start()), untilListening(port)]);
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test:tester',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    nodes,
    async heal() {
      for (const [kind, daemon] of DAEMONS)
        await Promise.all(nodes.map((node) => node.once(kind, daemon)));
    },
    stop,
  };
}

/** @typedef {import('./processes.js').Running} Running */

/** @param {readonly Running[]} processes */
const kill = async (processes) => {
  await Promise.all(processes.map((each) => each.end('SIGKILL')));
};

/** @param {Running} daemon */
async function complete(daemon) {
  await until(() => daemon.ended(), 60_000);
  const status = await daemon.end('SIGKILL');
  if (status !== 0) throw new Error(`a daemon of Swift ended with ${status}: ${daemon.output()}`);
}

/** They enter objects into lists that were down, and compare the lists. */
const DAEMONS = /** @type {const} */ ([
  ['object', 'swift-object-updater'],
  ['container', 'swift-container-replicator'],
]);

const KINDS = /** @type {const} */ (['account', 'container', 'object']);

/** @param {number} port */
const untilListening = (port) =>
  until(
    () =>
      new Promise((/** @type {(listens: boolean) => void} */ resolve) => {
        const probe = connect(port, '127.0.0.1')
          .on('connect', () => {
            probe.destroy();
            resolve(true);
          })
          .on('error', () => {
            setTimeout(resolve, LOOK_MS, false);
          });
      }),
    120_000,
  );

const LOOK_MS = 50;

/** @param {string} home @param {string} kind @param {readonly number[]} ports */
function buildRing(home, kind, ports) {
  const builder = join(home, `${kind}.builder`);
  const make = (/** @type {string[]} */ ...args) =>
    execFileSync('swift-ring-builder', [builder, ...args]);
  make('create', '4', String(ports.length), '1');
  for (const [index, port] of ports.entries())
    make('add', `r1z${index + 1}-127.0.0.1:${port}/sda`, '1');
  make('rebalance', '1');
}

const SWIFT_CONF = `[swift-hash]
swift_hash_path_suffix = rxdrop
swift_hash_path_prefix = rxdrop
[storage-policy:0]
name = Policy-0
default = yes
`;

/** What all servers are told. @param {string} home @param {number} port */
const defaults = (home, port) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = root
swift_dir = ${home}
log_level = ERROR
`;

/** @param {string} home @param {string} devices @param {string} kind @param {number} port */
const storageConf = (home, devices, kind, port) => `${defaults(home, port)}devices = ${devices}
mount_check = false
[pipeline:main]
pipeline = healthcheck ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
[filter:healthcheck]
use = egg:swift#healthcheck
[object-updater]
recon_cache_path = ${devices}
slowdown = 0
[container-replicator]
recon_cache_path = ${devices}
`;

/** @param {string} home @param {number} port @param {number} cachePort */
const proxyConf = (home, port, cachePort) => `${defaults(home, port)}[pipeline:main]
pipeline = catch_errors healthcheck cache s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
error_suppression_interval = 1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
`;
