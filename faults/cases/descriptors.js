import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'descriptors',
  title:
    '200 connections at once while 64 files may be open: saved, or refused by RST and reported',
  needs: ['prlimit'],
  rounds: 2,
  play: (here) => refusals(here),
};

/**
 * Many more connections than the open-files limit allows.
 *
 * @param {import('../stage.js').Stage} here
 * @param {string[]} [under] what else the server runs under
 */
export async function refusals(here, under = []) {
  // Refused connections have no number.
  here.ledger.uncounted = true;
  const server = await here.start({ under: ['prlimit', '--nofile=64:64', ...under] });
  const { port } = server;
  const entries = await many(200, () =>
    here.upload({ port, size: 65_536, piece: 8_192, pause: 20 }),
  );
  const saved = entries.filter((entry) => entry?.confirmed).length;
  const refused = entries.filter((entry) => entry?.saw === 'rst').length;
  here.expect(
    saved + refused === 200,
    `${200 - saved - refused} of 200 are neither saved nor refused by RST`,
  );
  here.expect(saved >= 8, 'hardly anybody is served at the limit');
  const later = await many(5, () => here.upload({ port }));
  here.expect(
    later.every((entry) => entry?.confirmed),
    'after the rush, uploads fail',
  );
  here.faults.push(...(await server.stop()));
  const warnings = server.stderr().matchAll(/^WARNING: refused .*?(?:\(and (\d+) more\))?$/gm);
  const reported = [...warnings].reduce((sum, [, more = '0']) => sum + 1 + Number(more), 0);
  here.expect(reported === refused, `${reported} of ${refused} refusals are reported`);
}
