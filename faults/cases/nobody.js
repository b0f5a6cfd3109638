import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';
import { inject } from '../system.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'nobody',
  title:
    'a user without rights that owns FILE-DIR; also with --mode 0444, and with a link that fails',
  needs: [...NEEDS, 'strace'],
  rounds: 2,
  async play(here) {
    const mode = here.round % 2 === 1 ? '0600' : '0444';
    const under = container(here, { nobody: true });
    await exchange(here, { under, args: ['--mode', mode] });

    const said = await here.start({ under, dir: here.root }).then(() => 'nothing', String);
    here.expect(
      /: ERROR: cannot save files .*permission/.test(said),
      `a server that cannot write FILE-DIR says: ${said}`,
    );

    // A closed file becomes ERROR even if its permissions forbid to open it again.
    const server = await here.start({ under, args: ['--continue', '--mode', mode] });
    const { pid, port } = server;
    const failing = await inject(pid, { call: 'link,rename', inject: 'error=EIO:when=1' });
    const entry = await here.upload({ port });
    await failing.stop();
    here.expect(entry?.saw === 'rst', `a sender whose file got no name saw ${entry?.saw}`);
    const { errors } = here.ledger.check(here.dir);
    here.expect(errors === 6, `${errors} of 6 bad ends have their ERROR`);
    here.faults.push(...(await server.stop()));

    const modes = readdirSync(here.dir).map((name) => statSync(join(here.dir, name)).mode & 0o7777);
    const strange = modes.filter((bits) => bits !== Number.parseInt(mode, 8));
    here.expect(strange.length === 0, `${strange.length} files have another mode than ${mode}`);
  },
};
