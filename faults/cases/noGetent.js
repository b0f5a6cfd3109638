import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';
import { unanswered } from '../unanswered.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'no-getent',
  title: 'a container without getent',
  needs: NEEDS,
  rounds: 1,
  async play(here) {
    const under = container(here);
    await exchange(here, { under });
    await unanswered(here, under);
  },
};
