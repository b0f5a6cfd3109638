import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { content } from './content.js';

/**
 * @typedef {object} UploadOptions
 * @property {number} port
 * @property {string} [host]
 * @property {number} [size]
 * @property {import('./content.js').Content} [file] instead of one of that size
 * @property {number} [piece] bytes that are sent at once
 * @property {number} [pause] milliseconds after each piece
 * @property {number} [stopAt] how many bytes are sent
 * @property {'fin' | 'reset' | 'silence' | 'leave'} [then] what follows them; `leave` closes without waiting
 * @property {(sent: number) => Promise<void> | void} [after] called after each piece
 * @property {Promise<unknown>} [until] gives up, by RST, when it resolves
 */

/**
 * A sender that is not ours, and that can misbehave. Resolves when the connection has ended.
 *
 * @param {import('./ledger.js').Ledger} ledger
 * @param {UploadOptions} options
 * @returns {Promise<import('./ledger.js').Entry | undefined>} nothing if no connection was established
 */
export async function plainUpload(
  ledger,
  {
    port,
    host = '127.0.0.1',
    size = 64 * 1024,
    piece = 64 * 1024,
    pause = 0,
    file = content(size),
    stopAt = file.bytes.length,
    then = 'fin',
    after,
    until,
  },
) {
  const socket = connect({ port, host, allowHalfOpen: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const patience = setTimeout(() => socket.destroy(), 120_000);
  /** @type {import('./ledger.js').Entry | undefined} */
  let entry;
  /** @type {'fin' | 'rst' | 'early fin' | 'nothing'} */
  let saw = 'nothing';
  let receipt = '';
  socket.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) => {
    if (code !== 'ECONNRESET' && code !== 'EPIPE') return;
    // The server may refuse the connection before our `connect` event.
    entry ??= ledger.open(file);
    saw = 'rst';
  });
  socket.on('end', () => {
    saw = entry?.ended === 'fin' ? 'fin' : 'early fin';
    if (saw === 'early fin') socket.destroy();
  });
  socket.on('data', (chunk) => (receipt += chunk.toString('latin1')));
  // Noted at once: a moment later the server may be killed.
  const settle = () => {
    if (!entry || entry.over) return;
    entry.saw = saw;
    entry.confirmed = saw === 'fin';
    entry.receipt =
      RECEIPT.exec(receipt)?.slice(1).join(' ') === `${file.bytes.length} ${file.sha256}`;
    entry.over = true;
  };
  socket.once('end', settle).once('close', settle);

  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  if (!socket.destroyed) {
    entry ??= ledger.open(file);
    void until?.then(() => {
      if (entry) entry.ended ??= 'cut';
      socket.resetAndDestroy();
    });
    const isOpen = () => !socket.destroyed;
    for (let at = 0; at < stopAt && isOpen();) {
      const end = Math.min(stopAt, at + piece);
      await written(socket, file.bytes.subarray(at, end));
      at = end;
      await after?.(at);
      if (pause > 0) await sleep(pause);
    }
    if (isOpen()) {
      entry.ended = then === 'fin' || then === 'leave' ? 'fin' : then === 'reset' ? 'reset' : 'cut';
      if (then === 'fin') socket.end();
      if (then === 'leave') socket.destroy();
      if (then === 'reset') socket.resetAndDestroy();
    } else entry.ended = 'cut';
  }
  await closed;
  clearTimeout(patience);
  return entry;
}

/** `OK <id> <bytes> <sha256>` as a whole. */
const RECEIPT = /^OK \d+ (\d+) ([\da-f]{64})\n$/;

/** @param {import('node:net').Socket} socket @param {Uint8Array} bytes */
const written = (socket, bytes) =>
  new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, () => {
      socket.off('close', resolve);
      resolve(undefined);
    });
  });
