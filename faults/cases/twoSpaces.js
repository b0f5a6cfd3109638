import { readdirSync } from 'node:fs';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'two-spaces',
  title:
    'a second server, in another network namespace, starts in FILE-DIR while the first one writes a file there',
  needs: ['root', 'namespaces'],
  rounds: 1,
  async play(here) {
    const first = await here.start();
    const under = ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
    const entry = await here.upload({
      port: first.port,
      size: 300_000,
      async after(sent) {
        if (sent !== 65_536) return;
        here.expect(
          await until(() => here.temporaries().length > 0),
          'the first server writes nothing',
        );
        const before = here.temporaries();
        const second = await here.start({ under, args: ['--continue'] });
        const after = here.temporaries();
        here.expect(
          before.join() === after.join(),
          `the first one writes ${before.join()}; behind the start of the second there is ${after.join()}`,
        );
        here.faults.push(...(await second.stop()));
      },
    });
    here.expect(entry?.confirmed === true, `the sender of the first one saw ${entry?.saw}`);
    here.expect(
      readdirSync(here.dir).join() === '1.file',
      `they leave ${readdirSync(here.dir).join()}`,
    );
    here.faults.push(...(await first.stop()));
  },
};
