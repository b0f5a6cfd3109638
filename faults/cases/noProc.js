import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';
import { refusals } from './descriptors.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'no-proc',
  title:
    'a container without /proc, in which Linux has the limit of open files and the unacknowledged bytes',
  needs: [...NEEDS, 'prlimit'],
  rounds: 2,
  async play(here) {
    const under = container(here, { proc: 'none' });
    if (here.round % 2 === 1) await exchange(here, { under });
    else await refusals(here, under);
  },
};
