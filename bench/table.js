import { machineLine } from './machine.js';
import { ratios } from './ratios.js';
import { summary } from './statistics.js';

/**
 * @typedef {import('./measure.js').Result} Result
 * @typedef {import('./measure.js').Outcome} Outcome
 * @typedef {readonly [string, string]} Cell a number, and what is said beside it
 */

/** @param {number} rounds */
const LEGEND = (rounds) =>
  `${rounds > 1 ? `medians of ${rounds} rounds, least–most` : 'one round'}; ↑ more is better, ↓ less; ÷ rxdrop in a ratio to`;

const ARROW = { more: ' ↑', less: ' ↓' };

/**
 * The table: a block for each workload, a row for each peer, and the ratios of rxdrop below it.
 *
 * @param {import('./measure.js').Results} results
 */
export const table = ({ machine, rounds, workloads, notes }) =>
  [
    machineLine(machine),
    LEGEND(rounds),
    ...workloads.map(block),
    ...(notes.length > 0 ? [notes.map((note) => `note: ${note}`).join('\n')] : []),
  ].join('\n\n');

/** @param {Result} result */
function block(result) {
  const head = Object.values(result.figures).map(
    ({ label, better }) => label + (better ? ARROW[better] : ''),
  );
  const rows = Object.entries(result.peers).flatMap(([name, outcome]) => [
    `  ${name.padEnd(NAME)}${outcomeOf(outcome, result)}`,
    ...(name === 'rxdrop' ? ratioRows(result) : []),
  ]);
  const titles = head.map((label) => label.padStart(NUMBER).padEnd(NUMBER + BESIDE));
  return [result.title, `  ${''.padEnd(NAME)}${titles.join('')}`, ...rows]
    .map((line) => line.trimEnd())
    .join('\n');
}

const [NAME, NUMBER, BESIDE] = [20, 9, 17];

/** @param {Outcome} outcome @param {Result} result */
function outcomeOf({ samples, wrong, failed }, { figures }) {
  if (wrong !== undefined) return ` WRONG: ${wrong}`;
  if (failed !== undefined) return ` failed: ${failed}`;
  return Object.entries(figures)
    .map(([figure, { whole }]) => {
      const found = summary(samples, figure);
      if (found === undefined) return cell('–', '');
      const shown = whole ? String : short;
      const spread = samples.length > 1 ? `${shown(found.min)}–${shown(found.max)}` : '';
      return cell(shown(found.median), spread);
    })
    .join('');
}

/** @param {Result} result */
const ratioRows = (result) =>
  ratios(result).map(({ to, of }) => {
    const cells = Object.keys(result.figures).map((figure) => {
      const found = of[figure];
      return found ? cell(short(found.ratio), found.who ?? '') : cell('', '');
    });
    return `    ${`÷ ${to}`.padEnd(NAME - 2)}${cells.join('')}`;
  });

const cell = (/** @type {string} */ number, /** @type {string} */ beside) =>
  `${number.padStart(NUMBER)} ${beside.padEnd(BESIDE - 1)}`;

/** @param {number} value Three digits. */
const short = (value) => value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
