import { inject } from '../system.js';
import { until } from '../until.js';

/** Calls that saving a file needs. */
const CALLS = [
  { call: 'write', args: [], marked: true },
  { call: 'write,pwrite64', args: [] },
  { call: 'fdatasync', args: ['--fsync'], marked: true },
  { call: 'link,rename', args: [] },
  { call: 'close', args: [] },
  { call: 'fsync', args: ['--fsync'], directory: true, marked: true },
];

/** @type {import('../stage.js').Case} */
export default {
  name: 'eio',
  title:
    'EIO from write, fdatasync, link and rename, close, fsync of the directory, and while ERROR is written',
  needs: ['strace'],
  rounds: 2,
  async play(here) {
    here.ledger.unmarked = true;
    for (const { call, args, directory } of CALLS) {
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
      here.expect(entry?.confirmed === false, `${call}: it is confirmed`);
      here.expect(entry?.saw === 'rst', `${call}: the sender saw ${entry?.saw}`);
      const next = await here.upload({ port: server.port });
      here.expect(next?.confirmed === true, `after ${call}: the next upload fails`);
      here.expect(server.stderr().startsWith('WARNING: '), `${call}: nothing is said about it`);
      // An injected failure replaces the call, so a failed close leaves the descriptor open.
      if (call !== 'close') here.faults.push(...(await server.burden()));
      here.faults.push(...(await server.stop()));
    }
    const due = CALLS.filter(({ marked }) => marked).length;
    const { errors } = here.ledger.check(here.dir);
    here.expect(errors === due, `${errors} of ${due} have their ERROR`);
  },
};
