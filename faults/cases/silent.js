import { readFileSync } from 'node:fs';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'silent',
  title: '10,000 connections that send nothing, beside uploads; and once more',
  rounds: 1,
  mostGrown: 256,
  async play(here) {
    const count = Math.min(10_000, limitOfOpenFiles() - 1_000);
    if (count < 10_000) here.notes.push(`${count} connections: more files may not be open here`);
    const args = ['--idle-timeout', '5s', '--max-connections', String(count + 100)];
    const server = await here.start({ args });
    const { port } = server;
    const wave = async () => {
      const silent = many(count, () => here.upload({ port, size: 9, stopAt: 0, then: 'silence' }));
      const good = await many(20, () => here.upload({ port, size: 1 << 20, pause: 20 }));
      here.expect(
        good.every((entry) => entry?.confirmed),
        'an upload fails beside silent ones',
      );
      const spared = (await silent).filter((entry) => entry?.saw !== 'rst').length;
      here.expect(spared === 0, `${spared} silent connections saw no RST`);
      return server.resident();
    };
    const first = await wave();
    const grown = (await wave()) - first;
    here.notes.push(
      `${first.toFixed()} MiB after the first wave, ${grown.toFixed()} more after the second`,
    );
    // What the first has left is the heap's; a second one is to need no more.
    here.expect(grown < 48, `the second wave leaves ${grown.toFixed()} MiB more than the first`);
    const { errors } = here.ledger.check(here.dir);
    here.expect(
      errors === 2 * count,
      `${errors} of ${2 * count} silent connections have their ERROR`,
    );
  },
};

function limitOfOpenFiles() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
}
