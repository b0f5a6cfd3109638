import { inject } from '../system.js';
import { until } from '../until.js';

/** Calls that fail, and whether the file can be published without them. */
const CALLS = [
  { call: 'write', args: [], fatal: true },
  { call: 'fdatasync', args: ['--fsync'], fatal: true },
  { call: 'link', args: [], fatal: true },
  { call: 'link,rename', args: [], fatal: true },
  { call: 'close', args: [], fatal: true },
  { call: 'fsync', args: ['--fsync'], fatal: true, directory: true },
  { call: 'unlink', args: [], fatal: false },
];

/** @type {import('../stage.js').Case} */
export default {
  name: 'eio',
  title:
    'EIO from write, fdatasync, link, rename, close, fsync and unlink in the middle of an upload',
  needs: ['strace'],
  rounds: 2,
  async play(here) {
    here.ledger.unmarked = true;
    const calls = CALLS.filter(({ call }) => call !== 'unlink');
    for (const { call, args, fatal, directory } of calls) {
      const server = await here.start({ args: ['--continue', ...args] });
      /** @type {Awaited<ReturnType<typeof inject>> | undefined} */
      let strace;
      const entry = await here.upload({
        port: server.port,
        size: 300_000,
        async after(sent) {
          if (sent !== 65_536) return;
          await until(() => here.temporaries().length > 0);
          const path = directory ? here.dir : here.temporaries()[0];
          strace = await inject(server.pid, { call, inject: 'error=EIO', path });
        },
      });
      await strace?.stop();
      here.expect(strace !== undefined, `${call}: the fault never came`);
      here.expect(entry?.confirmed === !fatal, `${call}: confirmed is ${entry?.confirmed}`);
      here.expect(!fatal || entry?.saw === 'rst', `${call}: the sender saw ${entry?.saw}`);
      const next = await here.upload({ port: server.port });
      here.expect(next?.confirmed === true, `after ${call}: the next upload fails`);
      here.expect(
        !fatal || /^WARNING: /.test(server.stderr()),
        `${call}: nothing is said about it`,
      );
      here.faults.push(...(await server.burden()), ...(await server.stop()));
    }
  },
};
