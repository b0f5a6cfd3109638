/** @typedef {import('./run.js').Result} Result */

/** @param {Result} result One line, and one for each fault. */
export const line = (result) => {
  const { name, title, rounds, connections, saved, errors, lost, seconds, skipped } = result;
  const head = `${verdict(result).padEnd(7)} ${name.padEnd(12)}`;
  if (skipped !== undefined) return [`${head} ${skipped}`, ...details(result)].join('\n');
  const figures = `${rounds} rounds, ${connections} connections, ${saved} saved, ${errors} ERROR, ${lost} lost, ${seconds.toFixed(1)} s`;
  return [`${head} ${title}: ${figures}`, ...details(result)].join('\n');
};

/** @param {Result[]} results */
export const summary = (results) => {
  const count = (/** @type {string} */ what) => results.filter((r) => verdict(r) === what).length;
  return `${count('ok')} cases ok, ${count('FAILED')} failed, ${count('skipped')} skipped`;
};

/** @param {Result[]} results */
export const markdown = (results) =>
  [
    '| case | fault | rounds | connections | lost |',
    '| --- | --- | --: | --: | --: |',
    ...results.map((result) => {
      const { name, title, rounds, connections, lost, skipped } = result;
      const figures = [rounds, connections, skipped ?? lost];
      return `| ${[`\`${name}\``, title, ...figures.map((n) => n.toLocaleString('en'))].join(' | ')} |`;
    }),
  ].join('\n');

/** @param {Result} result */
const verdict = ({ faults, skipped }) =>
  faults.length > 0 ? 'FAILED' : skipped === undefined ? 'ok' : 'skipped';

/** @param {Result} result */
const details = ({ faults, excused, unmarked, notes }) =>
  [
    ...(excused > 0
      ? [`${excused} files confirmed by the kernel of a killed server, and not saved`]
      : []),
    ...(unmarked > 0 ? [`${unmarked} without even ERROR: nothing could be written`] : []),
    ...new Set(notes),
    ...faults.slice(0, 20),
    ...(faults.length > 20 ? [`… ${faults.length - 20} more`] : []),
  ].map((text) => `          ${text}`);
