import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'silent',
  title: '2,000 connections that send nothing, beside uploads',
  rounds: 1,
  async play(here) {
    const { port } = await here.start({ args: ['--idle-timeout', '4s'] });
    const silent = many(2_000, () => here.upload({ port, size: 100, stopAt: 0, then: 'silence' }));
    const good = await many(20, () => here.upload({ port, size: 1 << 20, pause: 20 }));
    here.expect(
      good.every((entry) => entry?.confirmed),
      'an upload fails beside silent ones',
    );
    const rejected = (await silent).filter((entry) => entry?.saw !== 'rst').length;
    here.expect(rejected === 0, `${rejected} silent connections saw no RST`);
    const { errors } = here.ledger.check(here.dir);
    here.expect(errors === 2_000, `${errors} of 2000 silent connections have their ERROR`);
  },
};
