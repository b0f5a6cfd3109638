import { map, type Observable, switchMap, take } from 'rxjs';
import type { ErrorData } from '../../errorData.js';
import { ask } from './ask.js';
import { assign } from './assign.js';
import type { PoolState } from './pool.js';
import type { Secure, Start } from './protocol.js';
import type { RemoteSender } from './remoteSender.js';

/**
 * Has a worker do what precedes a transfer. Emits the sender with what is known of it then; the same worker has it from
 * now on. After an error, or if it is unsubscribed before, the caller aborts the sender.
 *
 * @param errorOf makes the error of what the worker reports
 */
export const prepareAt =
  (
    pool$: Observable<PoolState>,
    commandFor: (sender: RemoteSender) => Secure | Start,
    errorOf: (error: Partial<ErrorData>) => Error,
  ) =>
  (sender: RemoteSender): Observable<RemoteSender> =>
    assign(pool$, sender).pipe(
      switchMap((member) => ask(member, sender, commandFor(sender))),
      take(1),
      map((answer) => {
        if (answer.type === 'ready') return sender.prepared(answer);
        throw errorOf(answer.type === 'not ready' ? answer.error : {});
      }),
    );
