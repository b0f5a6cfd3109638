import type { Observable } from 'rxjs';
import type { Member } from './pool.js';
import type { Answer, Receive, Secure, Start } from './protocol.js';
import type { RemoteSender } from './remoteSender.js';

/** Sends a command about a sender to a worker, with its handle unless the worker has it, and emits the answers. */
export function ask(
  member: Member,
  sender: RemoteSender,
  command: Receive | Secure | Start,
): Observable<Answer> {
  const { worker } = member;
  const { job, copy, owner } = sender;
  if (!owner) sender.join(member);
  return worker.answers(job, () => {
    worker.send(command, owner ? undefined : copy.handle);
  });
}
