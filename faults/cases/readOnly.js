import { container, NEEDS } from '../container.js';
import { exchange } from '../exchange.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'read-only',
  title: 'a container where nothing but FILE-DIR can be written, and without TMPDIR',
  needs: NEEDS,
  rounds: 1,
  async play(here) {
    await exchange(here, { under: container(here, { readOnly: true }) });
  },
};
