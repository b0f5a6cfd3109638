import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'read-only',
  title: 'a container in which only FILE-DIR is writable, and without TMPDIR',
  needs: NEEDS,
  rounds: 1,
  async play(here) {
    const under = container(here, { readOnly: true });
    await exchange(here, { under });
    const said = await here.start({ under, dir: here.root }).then(() => 'nothing', String);
    here.expect(
      /: ERROR: cannot save files .*read-only/.test(said),
      `a server that cannot write FILE-DIR says: ${said}`,
    );
  },
};
