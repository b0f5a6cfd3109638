import { map, type Observable, switchMap, take } from 'rxjs';
import { TlsError } from '../../errors.js';
import { causeOf } from '../../errorData.js';
import { assign } from './assign.js';
import type { PoolState } from './pool.js';
import type { RemoteSender } from './remoteSender.js';

/**
 * Has a worker make the handshake of a sender. Emits the secured sender, which the same worker receives. After an error, or
 * if it is unsubscribed before, the caller aborts the sender.
 *
 * @throws TlsError, WorkerError
 */
export const handshakeAt =
  (pool$: Observable<PoolState>) =>
  (sender: RemoteSender): Observable<RemoteSender> =>
    assign(pool$).pipe(
      switchMap((member) => {
        const { job, peer, copy } = sender;
        sender.join(member);
        return member.worker.answers(job, () => {
          member.worker.send({ type: 'secure', job, peer }, copy.handle);
        });
      }),
      take(1),
      map((answer) => {
        if (answer.type === 'secured') return sender.secured(answer.client);
        const { cause } = answer.type === 'not secured' ? answer.error : {};
        throw new TlsError({ cause: cause && causeOf(cause) });
      }),
    );
