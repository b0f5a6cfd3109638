import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'pid-1',
  title: 'each program as PID 1 of a container, which a signal does not kill by default',
  needs: [...NEEDS, 'pids'],
  rounds: 1,
  async play(here) {
    await exchange(here, { under: container(here, { proc: 'own' }) });
  },
};
