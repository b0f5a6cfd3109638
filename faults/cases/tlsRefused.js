import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { anyOf } from '../random.js';
import { many } from '../many.js';
import { ownCertificate, trustedAuthority } from '../../scripts/certificates.js';
import { tlsUpload } from '../tlsUpload.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'tls-refused',
  title:
    'TLS: no, expired and foreign certificates, garbage, plain senders, hellos without end, beside uploads',
  rounds: 2,
  async play(here) {
    const args = [...ownCertificate('server'), ...trustedAuthority(), '--idle-timeout', '2s'];
    const { port, stderr } = await here.start({ args });
    const [good, clients, statuses, verdicts] = await Promise.all([
      many(20, () => tlsUpload({ port, as: 'client', size: anyOf(0, 1 << 20) }, here.ledger)),
      many(4, () =>
        here.client({ port, args: ['--tls', ...trustedAuthority(), ...ownCertificate('client')] }),
      ),
      // They are never admitted, so the ledger has no entry.
      Promise.all([
        distrusted([...trustedAuthority(), ...ownCertificate('other-client')]),
        distrusted(trustedAuthority()),
        distrusted([...trustedAuthority('other-ca'), ...ownCertificate('client')]),
        distrusted([...trustedAuthority(), ...ownCertificate('expired-client')]),
      ]),
      Promise.all([
        many(10, () => tlsUpload({ port })),
        many(10, () => tlsUpload({ port, as: 'other-client' })),
        many(10, () => tlsUpload({ port, as: 'expired-client' })),
        many(20, () => plain(port, randomBytes(anyOf(1, 100_000)))),
        many(10, () => plain(port, Buffer.from('GET / HTTP/1.1\r\n\r\n'))),
        many(20, () => plain(port, Buffer.alloc(0))),
        many(20, () => plain(port, Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), 150)),
      ]),
    ]);
    here.expect(
      good.every((saw) => saw === 'fin') && clients.every(({ status }) => status === 0),
      'an upload suffers from those who are refused',
    );
    here.expect(
      statuses.every((status) => status === 69),
      `clients that are not trusted, or do not trust, end with ${statuses.join(', ')}`,
    );
    const unharmed = verdicts.flat().filter((saw) => saw !== 'rst').length;
    here.expect(unharmed === 0, `${unharmed} of those who are refused saw no RST`);
    const lines = stderr().split('\n').filter(Boolean);
    here.expect(
      lines.length > 0 && lines.length < 12 && lines.every((line) => line.startsWith('WARNING: ')),
      `${lines.length} lines report the refused connections`,
    );

    /** @param {string[]} tls */
    async function distrusted(tls) {
      const { entry, status } = await here.client({ port, args: ['--tls', ...tls] });
      here.ledger.entries.splice(here.ledger.entries.indexOf(entry), 1);
      return status;
    }
  },
};

/**
 * Sends plain bytes, one by one if there is a pause, and waits.
 *
 * @param {number} port @param {Buffer} bytes @param {number} [pause] milliseconds
 * @returns {Promise<'fin' | 'rst'>}
 */
async function plain(port, bytes, pause = 0) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  /** @type {Promise<'fin' | 'rst'>} */
  const verdict = new Promise((resolve) => {
    socket
      .on('error', () => resolve('rst'))
      // Node reports an RST that follows an alert as an end; nothing can be written then.
      .on('end', () => socket.write('', (error) => resolve(error ? 'rst' : 'fin')));
  });
  if (pause === 0) socket.write(bytes);
  else {
    for (const byte of bytes) {
      if (socket.destroyed) break;
      socket.write(Buffer.from([byte]));
      await sleep(pause);
    }
  }
  const saw = await verdict;
  socket.destroy();
  return saw;
}
