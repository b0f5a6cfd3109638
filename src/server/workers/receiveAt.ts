import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  type Observable,
  of,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
  type TimestampProvider,
} from 'rxjs';
import type { LentFile } from '../../store/directory/lender.js';
import type { Check } from '../../store/checked.js';
import type { Origin } from '../../store/store.js';
import type { ServerFact } from '../events.js';
import { reportFailed, reportReceived, type Transfer } from '../report.js';
import { ask } from './ask.js';
import { assign } from './assign.js';
import type { Member, PoolState } from './pool.js';
import type { JobEvent } from './protocol.js';
import { answerChecks } from './answerChecks.js';
import type { RemoteSender } from './remoteSender.js';

export interface ReceiveAtOptions {
  /** Errors when transfers in flight have to end, for those that no worker has yet. */
  abort$: Observable<never>;
  clock: TimestampProvider;
  /** Checks files before they are published. */
  check?: Check | undefined;
}

/**
 * Has a worker receive a connection, and emits the events that it reports.
 *
 * Both processes have a copy of the socket, and the last one to close it decides what the peer sees. So the copy is
 * closed if the file is saved, because the worker has sent its FIN, and reset otherwise. If the worker dies, the file
 * is finished here; if it turns out to be published, the peer gets a FIN.
 *
 *     worker   --p--(r|)        --p--#
 *     file                           recover
 *     events   --p--(r|)        --p--(f|)
 *     peer          FIN              RST
 */
export const receiveAt =
  (pool$: Observable<PoolState>, { abort$, clock, check }: ReceiveAtOptions) =>
  (sender: RemoteSender, file: LentFile, origin: Origin): Observable<ServerFact> =>
    defer(() => {
      const since = clock.now();
      let member: Member | undefined;
      let isOver = false;
      const end = (event: ServerFact) => {
        isOver = true;
        if (event.type === 'received') sender.copy.close();
        else sender.copy.abort();
      };
      const recovered = (error: unknown): Observable<ServerFact> => {
        const transfer = (size: number): Transfer => ({
          ...origin,
          ...{ clock, since, part: { ...file, size } },
        });
        return file.recover().pipe(
          switchMap((size) =>
            size === undefined
              ? reportFailed(transfer(0), error)
              : of(reportReceived(transfer(size), file.id, {})),
          ),
          catchError((lost: unknown) => reportFailed(transfer(0), error, lost)),
          tap(end),
        );
      };
      const assigned$ = assign(pool$, sender);
      const receiver$ = sender.owner ? assigned$ : assigned$.pipe(takeUntil(abort$));
      return receiver$.pipe(
        switchMap((receiver) => {
          member = receiver;
          const { job } = sender;
          const answers$ = ask(receiver, sender, { type: 'receive', job, origin, loan: file.loan });
          return check ? answers$.pipe(answerChecks(receiver, { check, file, origin })) : answers$;
        }),
        filter((answer): answer is JobEvent => answer.type === 'event'),
        takeWhile(({ event }) => event.type === 'progress', true),
        map(({ event }) => event),
        tap((event) => {
          if (event.type === 'progress') return;
          file.settle();
          end(event);
        }),
        catchError(recovered),
        finalize(() => {
          if (isOver) {
            sender.leave();
            return;
          }
          // Its worker still has it, and ends by itself.
          sender.copy.abort();
          abandon(file, member);
        }),
      );
    });

/** The server has ended, and so do its workers. They may write until they are gone. */
function abandon(file: LentFile, member: Member | undefined): void {
  const recover$ = defer(() => file.recover());
  concat(member?.worker.gone$ ?? EMPTY, recover$).subscribe({ error: () => undefined });
}
