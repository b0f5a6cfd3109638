import { EMPTY, mergeMap, take, throwError } from 'rxjs';
import { causeOf, type ErrorData } from './errorData.js';
import { CheckError, ShutdownError, StoreError } from './errors.js';
import { Mailbox } from './node/mailbox.js';
import { answerParent } from './node/parentProcess.js';
import type { Receive, ToCheck, Verdict } from './server/workers/protocol.js';
import { type Check, checked } from './store/checked.js';
import type { Borrow } from './store/directory/borrower.js';
import type { Part } from './store/store.js';

/** The checks of a worker's files, which the acceptor makes. */
export class Verdicts {
  private readonly mailbox = new Mailbox<Verdict>();

  deliver(verdict: Verdict): void {
    this.mailbox.deliver(verdict);
  }

  /** Begins parts that are checked before they are published. */
  borrow(borrow: Borrow): (command: Receive) => Part {
    return ({ job, loan, origin }) => {
      const store = { begin: () => borrow(loan) };
      return checked(store, this.checkOf(job), { concurrency: Infinity }).begin(origin);
    };
  }

  private checkOf(job: number): Check {
    return ({ bytes, sha256 }) => {
      const toCheck: ToCheck = {
        type: 'check',
        job,
        bytes,
        ...(sha256 !== undefined && { sha256 }),
      };
      const ask = () => {
        answerParent([toCheck]);
      };
      return this.mailbox.of(job, ask).pipe(
        take(1),
        mergeMap(({ error }) => (error ? throwError(() => errorOf(error)) : EMPTY)),
      );
    };
  }
}

function errorOf({ code, message, cause, ...details }: ErrorData): Error {
  const options = cause && { cause: causeOf(cause) };
  if (code === 'CHECK') return new CheckError(message, details, options);
  return code === 'SHUTDOWN'
    ? new ShutdownError()
    : new StoreError({ cause: new Error(message, options) });
}
