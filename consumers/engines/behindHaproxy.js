import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../scripts/machine/ports.js';
import { isListening } from '../../scripts/machine/proc.js';
import { start } from '../../scripts/machine/processes.js';
import { until } from '../../scripts/machine/until.js';

/**
 * Starts three servers, and HAProxy before them with the configuration of the package. Resolves with the port of
 * HAProxy, and the socket for its commands.
 *
 * @param {import('./inboxes.js').Inboxes} inboxes @param {readonly string[]} options of each server
 */
export async function behindHaproxy(inboxes, options) {
  const [port, files, admin] = [await freePort(), await freePort(), await freePort()];
  const address = ['--proxy-protocol', '127.0.0.1', '--admin-port', String(admin)];
  for (const host of HOSTS)
    await inboxes.add([...address, '--host', host, '--admin-host', host, ...options], files);
  const config = join(inboxes.directory, 'haproxy.cfg');
  const socket = join(inboxes.directory, 'admin.sock');
  writeFileSync(
    config,
    readFileSync('contrib/haproxy/haproxy.cfg', 'utf8')
      .replaceAll('/run/haproxy/admin.sock', socket)
      .replace('bind :5000', `bind 127.0.0.1:${port}`)
      .replace('check port 9000', `check port ${admin}`)
      .replace(/10\.0\.0\.(?<host>\d):5000/g, `127.0.1.$<host>:${files}`),
  );
  const proxy = (inboxes.proxy = start('haproxy', ['-db', '-f', config]));
  await until(() => isListening(port, proxy.pid) || proxy.ended());
  return { port, socket };
}

const HOSTS = ['127.0.1.1', '127.0.1.2', '127.0.1.3'];

/** HAProxy looks every second, and twice at a server that fails. */
export const CHECKED_MS = 2_500;
