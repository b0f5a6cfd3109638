import { setTimeout as sleep } from 'node:timers/promises';
import { anyOf } from '../random.js';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'sigterm',
  title:
    'SIGTERM at a random moment with 50 uploads in flight: once, thrice, with --drain, and twice with --drain',
  rounds: 8,
  async play(here) {
    // Connections that the system has established and the server has not accepted have no number.
    here.ledger.uncounted = true;
    const way = ['once', 'thrice', 'drain', 'drain and again'][here.round % 4] ?? '';
    const server = await here.start({ args: way.startsWith('drain') ? ['--drain', '30s'] : [] });
    const uploads = many(50, () =>
      here.upload({ port: server.port, size: anyOf(0, 1 << 20), pause: anyOf(0, 30) }),
    );
    await sleep(anyOf(0, 400));
    const { length } = here.ledger.entries;
    if (way === 'thrice') {
      server.signal('SIGTERM');
      server.signal('SIGINT');
      server.signal('SIGQUIT');
    }
    if (way === 'drain and again') {
      server.signal('SIGTERM');
      await sleep(anyOf(0, 50));
    }
    const faults = await server.stop();
    // A drain may take as long as its uploads.
    here.faults.push(
      ...(way === 'drain' ? faults.filter((text) => !text.startsWith('SIGTERM took')) : faults),
    );
    const entries = await uploads;
    const cut = entries.slice(0, length).filter((entry) => entry && entry.ended !== 'fin').length;
    if (way === 'drain')
      here.expect(cut === 0 || length < 50, `--drain cuts ${cut} uploads that are in flight`);
  },
};
