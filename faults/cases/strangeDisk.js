import { readdirSync } from 'node:fs';
import { passing } from '../passing.js';
import { until } from '../until.js';

/** The faults of `passing.py`, one each round. */
const FAULTS = [
  ...['link:EACCES', 'link:EXDEV', 'link:EINVAL', 'link:EROFS', 'link:ENOSYS'],
  ...['linked:EEXIST', 'bsize'],
];

/** @type {import('../stage.js').Case} */
export default {
  name: 'strange-disk',
  title:
    'file systems that refuse links with different errors, make a link and report EEXIST, or count their space in other units',
  needs: ['root', 'mount', 'fuse'],
  rounds: FAULTS.length,
  async play(here) {
    here.dir = here.tmpfs('size=32m');
    await passing(here, FAULTS[(here.round - 1) % FAULTS.length] ?? '');

    const first = await here.start();
    for (const size of [0, 5, 300_000]) {
      const entry = await here.upload({ port: first.port, size });
      here.expect(entry?.confirmed === true, `${size} bytes are not saved: ${entry?.saw}`);
    }
    const bad = await here.upload({ port: first.port, stopAt: 9, then: 'reset' });
    here.expect(bad !== undefined, 'a sender that resets its connection did not connect');
    // A file has its name a moment before its hidden name is gone.
    await until(() => here.ledger.isComplete(here.dir) && here.temporaries().length === 0);
    here.expect(names(here).join() === NAMES.join(), `it leaves ${names(here).join()}`);
    here.faults.push(...(await first.stop()));

    const second = await here.start();
    const again = await here.upload({ port: second.port });
    here.expect(again?.confirmed === true, `over a taken name, nothing is saved: ${again?.saw}`);
    const backedUp = ['1.file', '1.file.~1~', ...NAMES.slice(1)];
    here.expect(names(here).join() === backedUp.join(), `then it leaves ${names(here).join()}`);
    here.faults.push(...(await second.stop()));

    // The disk has 32 MiB, whatever the unit in which it counts them.
    const third = await here.start({
      args: ['--continue'],
      env: { RXDROP_SERVER_MIN_FREE: '64MiB' },
    });
    const beyond = await here.upload({ port: third.port });
    here.expect(beyond?.saw === 'rst', `with less than --min-free, a sender sees ${beyond?.saw}`);
    here.faults.push(...(await third.stop()));
  },
};

/** @param {import('../stage.js').Stage} here */
const names = (here) => readdirSync(here.dir).sort();

const NAMES = ['1.file', '2.file', '3.file', '4.file'];
