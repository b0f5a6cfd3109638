import { anyOf } from '../random.js';
import { many } from '../many.js';
import { ownCertificate } from '../../scripts/certificates.js';
import { tlsUpload } from '../tlsUpload.js';

const SIZE_BYTES = 1 << 20;

/** @type {import('../stage.js').Case} */
export default {
  name: 'tls-cut',
  title: 'TLS streams cut anywhere by a FIN without close_notify, or by an RST, beside uploads',
  rounds: 2,
  async play(here) {
    const { port } = await here.start({ args: ownCertificate('server') });
    const sent = (/** @type {'end' | 'cut' | 'reset'} */ then, stopAt = SIZE_BYTES) =>
      tlsUpload({ port, size: SIZE_BYTES, stopAt, then }, here.ledger);
    const [good] = await Promise.all([
      many(20, () => sent('end')),
      many(40, (i) => sent('cut', i === 0 ? 0 : i === 1 ? SIZE_BYTES : anyOf(0, SIZE_BYTES))),
      many(40, () => sent('reset', anyOf(0, SIZE_BYTES))),
    ]);
    here.expect(
      good.every((saw) => saw === 'fin'),
      'a good upload suffers from those that are cut',
    );
  },
};
