import type { Observable } from 'rxjs';
import { causeOf } from '../../errorData.js';
import { TlsError } from '../../errors.js';
import type { PoolState } from './pool.js';
import { prepareAt } from './prepareAt.js';
import type { RemoteSender } from './remoteSender.js';

/**
 * Has a worker make the handshake of a sender.
 *
 * @throws TlsError, WorkerError
 */
export const handshakeAt = (
  pool$: Observable<PoolState>,
): ((sender: RemoteSender) => Observable<RemoteSender>) =>
  prepareAt(
    pool$,
    ({ job, peer }) => ({ type: 'secure', job, peer }),
    ({ cause }) => new TlsError({ cause: cause && causeOf(cause) }),
  );
