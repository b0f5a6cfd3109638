/** Prints the README's part about the figures in results.json. */
import { readFileSync } from 'node:fs';
import { aimsTable } from './aims.js';
import { machineLine } from './machine.js';
import { here } from './tools.js';

const results = /** @type {import('./measure.js').Results} */ (
  JSON.parse(readFileSync(here('results.json'), 'utf8'))
);
console.log(
  `${aimsTable(results)}\n\nMedians of up to ${results.rounds} rounds on ${machineLine(results.machine)}.`,
);
