import { join } from 'node:path';
import { many } from '../many.js';
import { command } from '../system.js';

const [WAVES, SENDERS] = [16, 250];

/** @type {import('../stage.js').Case} */
export default {
  name: 'unread',
  title: `--events to a pipe that nobody reads, for ${2 * WAVES * SENDERS} uploads`,
  rounds: 1,
  async play(here) {
    const fifo = join(here.root, 'fifo');
    command('mkfifo', fifo);
    // Who opens it for reading and writing need not wait for anybody.
    const under = ['sh', '-c', `exec "$@" 1<>${fifo}`, 'sh'];
    const server = await here.start({ under, args: ['--events', '--min-free', '0'] });
    const half = async () => {
      for (let wave = 0; wave < WAVES; wave++)
        await many(SENDERS, () => here.upload({ port: server.port, size: 1_000 }));
      return (await server.held()).memory;
    };
    const early = await half();
    const grown = (await half()) - early;
    here.notes.push(`it keeps ${grown.toFixed(2)} MiB more after the second half`);
    here.expect(grown < MOST, `what nobody reads is kept: ${grown.toFixed(1)} MiB`);
    here.expect(
      here.ledger.entries.every(({ confirmed }) => confirmed),
      'uploads fail',
    );
    here.expect(
      /^WARNING: an event is lost: standard output is read too slowly/m.test(server.stderr()),
      `it reports: ${server.stderr()}`,
    );
  },
};

/** MiB, of which the events of the second half have two. */
const MOST = 1;
