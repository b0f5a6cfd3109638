import { strictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../scripts/machine/ports.js';
import { temporaryDirectory } from '../../scripts/machine/temporaryDirectory.js';
import { requirePrograms } from '../requirePrograms.js';

/** systemd passes its socket to the server, which saves the file of the connection that started it. */
export default async function socketActivation() {
  requirePrograms('systemd-socket-activate');
  const away = temporaryDirectory('system');
  const port = await freePort();
  const server = join(process.cwd(), 'dist', 'bin', 'rxdrop-server.js');
  const activate = spawn(
    'systemd-socket-activate',
    ['-l', `127.0.0.1:${port}`, process.execPath, server, '-', 'inbox', '--count', '1'],
    { cwd: away, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(activate, 'exit');
  await once(activate.stderr, 'data');
  const socket = connect(port, '127.0.0.1').end('abc');
  await once(socket.resume(), 'close');
  strictEqual((await ended)[0], 0);
  strictEqual(readFileSync(join(away, 'inbox', '1.file'), 'utf8'), 'abc');
}
