import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './metered.js';
import { MiB } from './sizes.js';

/**
 * Files as they have to be: the first `count` parts of `size` bytes of `source`, in any order.
 *
 * @typedef {{ source: string, count: number, size: number }} Expected
 */

/**
 * Waits until all files are there with their sizes: some peers end a connection before they have saved it.
 *
 * @param {string} dir
 * @param {Omit<Expected, 'source'>} expected
 * @returns {Promise<{ lost?: string, since?: number | undefined }>} `since`: when it was so, if it was not at once
 */
export async function arrived(dir, { count, size }) {
  /** @type {number | undefined} */
  let since;
  for (let looks = 0; looks < 200; looks++) {
    const whole = sizesIn(dir).filter((found) => found === size).length;
    if (whole === count) return { since };
    await sleep(10);
    since = now();
  }
  const found = sizesIn(dir);
  const bytes = found.reduce((sum, one) => sum + one, 0);
  return { lost: `${found.length} of ${count} files, ${bytes} of ${count * size} bytes` };
}

/**
 * Compares every byte.
 *
 * @param {string} dir
 * @param {Expected} expected
 * @returns {string | undefined} what is wrong
 */
export function difference(dir, { source, count, size }) {
  const sent = openSync(source, 'r');
  try {
    const parts = new Map(
      Array.from({ length: count }, (_, part) => [firstBytes(sent, part * size), part * size]),
    );
    for (const name of readdirSync(dir)) {
      const got = openSync(join(dir, name), 'r');
      try {
        const key = firstBytes(got, 0);
        const offset = parts.get(key);
        if (offset === undefined) return `${name} is none of the files, or is there twice`;
        if (!isSame(got, sent, offset, size)) return `${name} has other bytes`;
        parts.delete(key);
      } finally {
        closeSync(got);
      }
    }
    return parts.size > 0 ? `${parts.size} files are missing` : undefined;
  } finally {
    closeSync(sent);
  }
}

/**
 * Compares one file with the beginning of `source`.
 *
 * @param {string} path
 * @param {{ source: string, size: number }} expected
 * @returns {string | undefined} what is wrong
 */
export function fault(path, { source, size }) {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes !== size) return `${bytes ?? 'none'} of ${size} bytes`;
  const [got, sent] = [openSync(path, 'r'), openSync(source, 'r')];
  try {
    return isSame(got, sent, 0, size) ? undefined : 'other bytes';
  } finally {
    closeSync(got);
    closeSync(sent);
  }
}

/** @param {string} dir What is hidden is not saved yet. */
const sizesIn = (dir) =>
  readdirSync(dir)
    .filter((name) => !name.startsWith('.'))
    .map((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0);

/** Enough to know a part of random bytes by. */
function firstBytes(/** @type {number} */ fd, /** @type {number} */ offset) {
  const few = Buffer.alloc(16);
  readSync(fd, few, 0, few.length, offset);
  return few.toString('hex');
}

const [ours, theirs] = [Buffer.alloc(MiB), Buffer.alloc(MiB)];

/** @param {number} got @param {number} sent @param {number} offset @param {number} size */
function isSame(got, sent, offset, size) {
  for (let at = 0; at < size;) {
    const block = Math.min(size - at, MiB);
    const a = readSync(got, ours, 0, block, at);
    const b = readSync(sent, theirs, 0, block, offset + at);
    if (a !== b || a === 0 || ours.compare(theirs, 0, b, 0, a) !== 0) return false;
    at += a;
  }
  return true;
}
