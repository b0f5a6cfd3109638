import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';
import { unanswered } from '../unanswered.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'alpine',
  title:
    "Alpine's user land: BusyBox, musl, and its own getent, in its present and its former version",
  needs: [...NEEDS, 'musl'],
  rounds: 2,
  async play(here) {
    const getent = here.round % 2 === 1 ? 'new' : 'old';
    const under = container(here, { getent });
    await exchange(here, { under });
    await unanswered(here, under);
  },
};
