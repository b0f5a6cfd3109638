import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { many } from '../many.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'denied',
  title: '200 senders that are not admitted reset before they are accepted: no file, no number',
  rounds: 2,
  async play(here) {
    const server = await here.start({ args: ['--deny', '127.0.0.0/8', '--deny', '::1'] });
    server.signal('SIGSTOP');
    await many(200, async () => {
      const socket = connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.resetAndDestroy();
      await once(socket, 'close');
    });
    server.signal('SIGCONT');
    // The server accepts connections in order, so it has seen all others once it has refused this one.
    const last = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await until(() => last.destroyed);
    here.expect(readdirSync(here.dir).length === 0, 'a sender that is not admitted gets a file');
  },
};
