import { readFileSync } from 'node:fs';
import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'silent',
  title: '10,000 connections that send nothing, beside uploads',
  rounds: 1,
  async play(here) {
    // Each may have a file open beside its socket.
    const count = Math.min(10_000, Math.floor((limitOfOpenFiles() - 1_000) / 2));
    if (count < 10_000) here.notes.push(`${count} connections: more files may not be open here`);
    const args = ['--idle-timeout', '5s', '--max-connections', String(count + 100)];
    const { port } = await here.start({ args });
    const silent = many(count, () => here.upload({ port, size: 9, stopAt: 0, then: 'silence' }));
    const good = await many(20, () => here.upload({ port, size: 1 << 20, pause: 20 }));
    here.expect(
      good.every((entry) => entry?.confirmed),
      'an upload fails beside silent ones',
    );
    const spared = (await silent).filter((entry) => entry?.saw !== 'rst').length;
    here.expect(spared === 0, `${spared} silent connections saw no RST`);
    const { errors } = here.ledger.check(here.dir);
    here.expect(errors === count, `${errors} of ${count} silent connections have their ERROR`);
  },
};

function limitOfOpenFiles() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
}
