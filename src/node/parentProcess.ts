import { Observable } from 'rxjs';
import type { RawHandle } from './handle.js';
import { sendWithHandle, takeSentHandles } from './sentHandles.js';
import { decodeSetup, isSetup, type SetupMessage } from './setupMessage.js';

/** A message of the process that has started this one, and a handle that came with it. */
export interface FromParent<Command> {
  readonly command: Command;
  readonly handle?: RawHandle | undefined;
}

/**
 * The messages of the process that has started this one by `workerProcess`. Completes once there are no more: that one
 * has no use for this one, or has died. This process then ends by itself when it has nothing left to do, and is killed
 * if that takes too long, because a new server waits for it.
 *
 * The parent decides about its end: a signal to the process group, as of Ctrl-C, does not end it.
 */
export const parentProcess = <Command extends object>(): Observable<FromParent<Command>> =>
  new Observable((subscriber) => {
    const receive = (message: Command | SetupMessage, handle?: unknown) => {
      const command = isSetup(message) ? (decodeSetup(message) as Command) : message;
      subscriber.next({ command, handle: handle as RawHandle | undefined });
    };
    const end = () => {
      setTimeout(killOurselves, LEAVE_MS).unref();
      subscriber.complete();
    };
    // Until it has ended: what it still has to do is not interrupted either.
    for (const signal of SIGNALS) process.on(signal, ignore);
    process.on('message', receive).on('disconnect', end);
    return () => {
      process.off('message', receive).off('disconnect', end);
    };
  });

/**
 * Takes handles from the process that has started this one without an acknowledgement of each. Emits how many more it
 * may send, which has to be sent to it.
 *
 * Not if many messages come without a handle: Node reads 64 KiB at once, and a message with a handle that begins in one
 * reading and ends in the next one may then get the handle of another message.
 *
 *     handles       --(16 of them)--
 *     handleCredit  32------------16
 */
export const handleCredit$ = new Observable<number>((subscriber) => {
  let taken = 0;
  const undo = takeSentHandles(() => {
    taken++;
    if (taken < MAX_SENT_HANDLES / 2) return;
    subscriber.next(taken);
    taken = 0;
  });
  if (undo) subscriber.next(MAX_SENT_HANDLES);
  return undo;
});

/** All of them fit into the buffer of the system, so that Node does not have to keep them. */
const MAX_SENT_HANDLES = 32;

/** Sends messages, as one, to the process that has started this one. */
export const answerParent = (messages: readonly (object | number)[]): void => {
  if (process.connected)
    sendWithHandle(process as Required<Pick<NodeJS.Process, 'send'>>, messages);
};

/** The last files have 600 ms, as in one process; the rest is for undoing what those began that took longer. */
const LEAVE_MS = 1_500;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const;

const ignore = (): void => undefined;

const killOurselves = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
