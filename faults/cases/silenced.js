import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT } from '../client.js';
import { network } from '../network.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'silenced',
  title:
    'a peer that disappears without a FIN or an RST, while input arrives slowly, and while none arrives',
  needs: ['root', 'namespaces', 'iptables'],
  rounds: 1,
  unsettled: true,
  async play(here) {
    const net = network(here);
    const { port } = await here.start({ under: net.near, args: ['--idle-timeout', '0'] });
    const [command = '', ...rest] = net.far;

    const start = () => {
      const words = [...rest, process.execPath, CLIENT, net.host, String(port), '-'];
      const child = spawn(command, [...words, '--timeout', '3s'], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      here.finally(() => child.kill('SIGKILL'));
      child.stdin.on('error', () => undefined);
      child.stdin.write('some bytes');
      return child;
    };
    const [slow, silent] = [start(), start()];
    const writing = setInterval(() => slow.stdin.write('more'), 100);
    here.finally(() => clearInterval(writing));
    await until(() => here.temporaries().length === 2);
    await sleep(500);

    net.atClients('iptables', '-A', 'INPUT', '-j', 'DROP');
    const since = performance.now();
    const ended = await until(() => slow.exitCode !== null, 20_000);
    const seconds = (performance.now() - since) / 1_000;
    here.expect(ended, 'nothing is acknowledged for 20 s, and the client is still there');
    here.expect(
      slow.exitCode === 75,
      `where nothing is acknowledged it ends with ${slow.exitCode}`,
    );
    here.expect(seconds > 2, `it ends after ${seconds.toFixed(1)} s, not 3 s`);

    const lost = await until(() => silent.exitCode !== null, 40_000);
    here.expect(lost, 'a client with a silent input does not notice that its server is gone');
    here.expect(silent.exitCode !== 0, 'a client whose server is gone ends with 0');
    const marked = await until(() => here.ledger.check(here.dir).errors === 2, 40_000);
    here.expect(marked, 'a server without an idle time does not notice that senders are gone');
  },
};
