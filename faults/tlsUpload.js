import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as secure } from 'node:tls';
import { certificateFile } from '../scripts/certificates.js';
import { content } from './content.js';

/**
 * A sender over TLS that is not ours.
 *
 * @param {{ port: number, as?: string, size?: number, stopAt?: number, then?: 'end' | 'cut' | 'reset' }} options
 * `cut` ends the TCP stream without `close_notify`; `as` names its certificate, if it has one
 * @param {import('./ledger.js').Ledger} [ledger] if it is admitted
 * @returns {Promise<'fin' | 'rst' | 'nothing'>} what it saw
 */
export async function tlsUpload({ port, as, size = 65_536, stopAt = size, then = 'end' }, ledger) {
  const file = content(size);
  const tcp = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const identity = as && {
    cert: readFileSync(certificateFile(`${as}.pem`)),
    key: readFileSync(certificateFile(`${as}.key`)),
  };
  const ca = readFileSync(certificateFile('ca.pem'));
  const socket = secure({ socket: tcp, servername: 'localhost', ca, ...identity });
  const entry = ledger?.open(file);
  const patience = setTimeout(() => tcp.destroy(), 60_000);
  let saw = /** @type {'fin' | 'rst' | 'nothing'} */ ('nothing');
  // An alert comes before an RST, and Node reports an RST that follows data as an end: nothing can be written then.
  const look = () => {
    tcp.write('', (error) => {
      if (error) saw = 'rst';
      tcp.destroy();
    });
  };
  const closed = new Promise((resolve) => tcp.once('close', resolve));
  tcp.on('error', () => (saw = 'rst'));
  socket
    .on('error', (/** @type {NodeJS.ErrnoException} */ { code }) => {
      if (code === 'ECONNRESET' || code === 'EPIPE') saw = 'rst';
      else look();
    })
    .on('end', () => {
      if (entry?.ended === 'fin') saw = 'fin';
      else look();
    })
    .resume();
  socket.write(file.bytes.subarray(0, stopAt), () => {
    if (entry) entry.ended = then === 'end' ? 'fin' : then;
    if (then === 'end') socket.end();
    if (then === 'cut') tcp.end();
    if (then === 'reset') tcp.resetAndDestroy();
  });
  await closed;
  clearTimeout(patience);
  if (entry) Object.assign(entry, { saw, confirmed: saw === 'fin', over: true });
  return saw;
}
