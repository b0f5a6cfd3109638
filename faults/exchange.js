import { networkInterfaces } from 'node:os';
import { freePort } from '../scripts/machine/ports.js';
import { NAME } from './container.js';
import { interrupted } from './interrupted.js';
import { until } from './until.js';

const LOOPBACKS = ['127.0.0.1', '::1'].filter((own) =>
  Object.values(networkInterfaces()).some((some) => some?.some(({ address }) => address === own)),
);

/** Bytes: none, few, more than one read, and more than the kernels buffer. */
const SIZES = [0, 5, 300_000, 6 << 20];

/**
 * What both programs can do wherever they run: files of several sizes from our client and from senders that are not
 * ours, a silent sender, a port on which nobody listens, a client that is interrupted, and a stop with a transfer
 * in flight.
 *
 * @param {import('./stage.js').Stage} here
 * @param {object} environment
 * @param {string[]} environment.under a command that both programs run under
 * @param {string[]} [environment.args] of the server
 * @param {string[]} [environment.names] of the server, as its clients know it
 * @param {boolean} [environment.isMute] its stderr is closed
 */
export async function exchange(here, { under, args = [], names = [NAME], isMute = false }) {
  const server = await here.start({
    under,
    args: ['--idle-timeout', '5s', '--receipt', ...args],
  });
  const { port } = server;
  const client = (/** @type {Partial<Parameters<typeof here.client>[0]>} */ options) =>
    here.client({ port, under, ...options });

  const silent = here.upload({ port, size: 9, stopAt: 4, then: 'silence' });
  const foreign = Promise.all(SIZES.map((size) => here.upload({ port, size })));
  for (const host of [...LOOPBACKS, 'localhost', ...names])
    for (const size of SIZES) {
      const { status, stderr } = await client({ host, size, args: ['--receipt'] });
      here.expect(
        status === 0 && stderr === '',
        `a client that sends ${size} bytes to ${host} ends with ${status}: ${stderr.trim()}`,
      );
    }
  for (const entry of await foreign)
    here.expect(entry?.confirmed === true, `a sender of ${entry?.bytes} bytes saw ${entry?.saw}`);
  const { saw } = (await silent) ?? {};
  here.expect(saw === 'rst', `a silent sender saw ${saw}`);

  const nowhere = await client({ port: await freePort() });
  // It has never reached a server.
  here.ledger.entries.pop();
  here.expect(
    nowhere.status === 69 && (isMute || /^ERROR: .*\n$/.test(nowhere.stderr)),
    `where nobody listens, a client ends with ${nowhere.status}: ${nowhere.stderr.trim()}`,
  );

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGQUIT']))
    await interrupted(here, { port, under, signal });

  here.faults.push(...(await server.burden()));
  const cut = here.upload({ port, size: 9, stopAt: 4, then: 'silence' });
  await until(() => here.temporaries().length > 0);
  here.faults.push(...(await server.stop()));
  const end = (await cut)?.saw;
  here.expect(end === 'rst', `a transfer that a stop cuts saw ${end}`);

  const balance = here.ledger.check(here.dir);
  here.expect(balance.errors === 5, `${balance.errors} of 5 bad ends have their ERROR`);
  here.expect(isMute || server.stderr() === '', `the server says: ${server.stderr().trim()}`);
  return server;
}
