import { createHash } from 'node:crypto';

/**
 * An upload, and how it ended for its sender.
 *
 * @typedef {object} Upload
 * @property {string} sha256
 * @property {number | undefined} id of its receipt
 * @property {string | undefined} code of its error
 * @property {number} attempts how often it was sent
 * @property {number} ms until it ended
 *
 * @typedef {{ name: string, sha256: string }} SavedFile
 */

/**
 * Compares what was saved with what senders know. Returns what is wrong.
 *
 * @param {readonly Upload[]} uploads @param {readonly SavedFile[]} files
 * @param {{ otherNumbers?: boolean }} [options] a file may have another number than its receipt says
 */
export function compare(uploads, files, { otherNumbers = false } = {}) {
  const faults = [];
  /** @type {Map<number, string>} */
  const saved = new Map();
  for (const { name, sha256 } of files) {
    const id = Number(/^(\d+)\.file$/.exec(name)?.[1]);
    if (!(id > 0)) faults.push(`there is ${name}`);
    else if (saved.has(id)) faults.push(`there are two of number ${id}`);
    saved.set(id, sha256);
  }

  const confirmed = uploads.filter(({ id }) => id !== undefined);
  const ids = new Set(confirmed.map(({ id }) => id));
  if (ids.size < confirmed.length) faults.push('a number is in two receipts');
  for (const { id = NaN, sha256 } of confirmed)
    if (!otherNumbers && saved.get(id) !== sha256) faults.push(`number ${id} is lost`);

  // A file that was sent again may be there twice. Empty files are all the same.
  const found = countBy([...saved.values()], (sha256) => [sha256, 1]);
  const sent = countBy(uploads, ({ sha256, attempts }) => [sha256, attempts]);
  for (const [sha256, count] of found) {
    const attempts = sent.get(sha256) ?? 0;
    if (count > attempts && sha256 !== ERROR)
      faults.push(`${count} files of what was sent ${attempts} times: ${sha256}`);
  }
  for (const [sha256, count] of countBy(confirmed, ({ sha256 }) => [sha256, 1]))
    if ((found.get(sha256) ?? 0) < count) faults.push(`a confirmed file is lost: ${sha256}`);
  return faults;
}

/** @param {string | Buffer} content */
export const hashOf = (content) => createHash('sha256').update(content).digest('hex');

const ERROR = hashOf('ERROR');

/**
 * @template T
 * @param {readonly T[]} items @param {(item: T) => [key: string, count: number]} countOf
 * @returns {Map<string, number>}
 */
function countBy(items, countOf) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [key, count] of items.map(countOf)) counts.set(key, (counts.get(key) ?? 0) + count);
  return counts;
}
