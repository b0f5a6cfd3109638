import { exchange } from '../exchange.js';
import { many } from '../many.js';
import { until } from '../until.js';

const WAYS = ['<&-', '>&-', '2>&-', '<&- >&- 2>&-'];

/** @type {import('../stage.js').Case} */
export default {
  name: 'closed',
  title:
    'descriptors 0, 1 and 2 closed, each alone and all of them, while the programs have something to print',
  rounds: WAYS.length,
  async play(here) {
    const way = WAYS[(here.round - 1) % WAYS.length] ?? '';
    const under = ['sh', '-c', `exec "$@" ${way}`, 'sh'];
    const isMute = way.includes('2');
    await exchange(here, { under, names: [], isMute });

    // Refusals are reported, and a report must not go into a file or to a sender.
    here.ledger.uncounted = true;
    const args = ['--continue', '--max-connections', '3', '--idle-timeout', '60s'];
    const server = await here.start({ under, args });
    const { port } = server;
    const saved = here.ledger.check(here.dir).saved;
    /** @type {() => void} */
    let goOn = () => undefined;
    /** @type {Promise<void>} */
    const halfway = new Promise((resolve) => (goOn = resolve));
    const good = many(3, () =>
      here.upload({ port, size: 20_000, piece: 10_000, after: () => halfway }),
    );
    await until(() => here.temporaries().length === 3);
    const late = await many(5, () => here.upload({ port }));
    goOn();
    here.expect(
      late.every((entry) => entry?.saw === 'rst'),
      'whoever is one too many sees no RST',
    );
    here.expect(
      (await good).every((entry) => entry?.confirmed),
      'an upload fails beside those that are refused',
    );
    here.faults.push(...(await server.stop()));
    const more = here.ledger.check(here.dir).saved - saved;
    here.expect(more === 3, `${more} of 3 files are saved as they were sent`);
  },
};
