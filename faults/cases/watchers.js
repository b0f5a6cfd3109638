import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/machine/ports.js';
import { network } from '../network.js';
import { until } from '../until.js';

const [WATCHERS, SENDERS] = [50, 60];

/** @type {import('../stage.js').Case} */
export default {
  name: 'watchers',
  title: `${WATCHERS} watchers of the admin port that read nothing, while ${SENDERS} transfers grow`,
  needs: ['root', 'namespaces'],
  rounds: 1,
  unsettled: true,
  async play(here) {
    const net = network(here);
    // The system would take minutes of what nobody reads.
    for (const at of [net.atServer, net.atClients])
      at('sysctl', '-q', 'net.ipv4.tcp_wmem=4096 4096 4096', 'net.ipv4.tcp_rmem=4096 4096 4096');
    const [token, adminPort] = [join(here.root, 'token'), await freePort()];
    writeFileSync(token, 'secret');
    const args = ['--admin-port', String(adminPort), '--admin-host', net.host];
    const server = await here.start({
      under: net.near,
      args: [...args, '--admin-token-file', token],
    });
    const [command = '', ...rest] = net.far;
    const crowd = spawn(
      command,
      [...rest, process.execPath, '-e', CROWD, net.host, String(server.port), String(adminPort)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    here.finally(() => crowd.kill('SIGKILL'));
    let told = '';
    crowd.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (told += text));
    const open = await until(() => told.includes('all are connected'), 20_000);
    here.expect(open, 'not all could connect');
    await sleep(3_000);
    const early = await server.held();
    await sleep(15_000);
    const late = await server.held();
    const grown = late.memory - early.memory;
    here.notes.push(`it keeps ${grown.toFixed(1)} MiB for ${WATCHERS} who read nothing`);
    here.expect(grown < 4, `what nobody reads is kept: ${grown.toFixed(1)} MiB in 15 s`);
    here.expect(
      here.temporaries().length === SENDERS,
      `${here.temporaries().length} of ${SENDERS} transfers go on`,
    );
    here.faults.push(...(await server.stop()));
  },
};

/** Those who watch, and those who send: a few bytes now and then. */
const CROWD = `
  const { connect } = require('node:net');
  const { once } = require('node:events');
  const [host, port, adminPort] = process.argv.slice(1);
  const open = async (port) => {
    const socket = connect(port, host).on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  (async () => {
    const senders = [];
    for (let i = 0; i < ${SENDERS}; i++) senders.push(await open(port));
    setInterval(() => senders.forEach((socket) => socket.write('some bytes')), 200);
    for (let i = 0; i < ${WATCHERS}; i++)
      (await open(adminPort)).write(
        'GET /events HTTP/1.1\\r\\nHost: rxdrop\\r\\nAuthorization: Bearer secret\\r\\n\\r\\n',
      );
    console.log('all are connected');
  })();`;
