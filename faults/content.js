import { createHash, randomBytes } from 'node:crypto';

/**
 * The content of one sender. No two of four bytes or more are equal, so a file identifies its sender.
 *
 * @typedef {{ bytes: Buffer, sha256: string }} Content
 */

const POOL = randomBytes(1 << 20);
let made = 0;

/** @param {number} size @returns {Content} */
export function content(size) {
  const header = randomBytes(20);
  header.writeUInt32LE(++made);
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; at += POOL.length) POOL.copy(bytes, at);
  header.copy(bytes);
  return { bytes, sha256: sha256(bytes) };
}

/** @param {Uint8Array} bytes */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
