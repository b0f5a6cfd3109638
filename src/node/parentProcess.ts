import { Observable } from 'rxjs';
import { type RawHandle, sendWithHandle } from './handle.js';

/** A message of the process that has started this one, and a handle that came with it. */
export interface FromParent<Command> {
  readonly command: Command;
  readonly handle?: RawHandle | undefined;
}

/**
 * The messages of the process that has started this one by `workerProcess`. Completes once there are no more: that one has
 * no use for this one, or has died. This process then ends by itself when it has nothing left to do, and is killed if that
 * takes too long, because a new server waits for it.
 *
 * The parent decides about its end: a signal to the process group, as of Ctrl-C, does not end it.
 */
export const parentProcess = <Command>(): Observable<FromParent<Command>> =>
  new Observable((subscriber) => {
    const receive = (command: Command, handle?: unknown) => {
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

/** Sends messages, as one, to the process that has started this one. */
export const answerParent = (messages: readonly object[]): void => {
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
