import { Observable } from 'rxjs';
import { type RawHandle, sendWithHandle } from './handle.js';

/** A message of the process that has started this one, and a handle that came with it. */
export interface FromParent<Command> {
  readonly command: Command;
  readonly handle?: RawHandle | undefined;
}

/**
 * The messages of the process that has started this one by `workerProcess`.
 *
 * When that one has ended, this one kills itself, because another server may have its place from then on. It lets
 * the parent decide about its end: a signal to the process group, as of Ctrl-C, does not end it.
 */
export const parentProcess = <Command>(): Observable<FromParent<Command>> =>
  new Observable((subscriber) => {
    const receive = (command: Command, handle?: unknown) => {
      subscriber.next({ command, handle: handle as RawHandle | undefined });
    };
    for (const signal of SIGNALS) process.on(signal, ignore);
    process.on('message', receive).on('disconnect', killOurselves);
    return () => {
      process.off('message', receive).off('disconnect', killOurselves);
      for (const signal of SIGNALS) process.off(signal, ignore);
    };
  });

/** Sends a message to the process that has started this one. */
export const answerParent = (answer: object): void => {
  if (process.connected) sendWithHandle(process as Required<Pick<NodeJS.Process, 'send'>>, answer);
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const;

const ignore = (): void => undefined;

const killOurselves = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
