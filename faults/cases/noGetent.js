import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'no-getent',
  title: 'a container without getent',
  needs: NEEDS,
  rounds: 1,
  async play(here) {
    await exchange(here, { under: container(here) });
  },
};
