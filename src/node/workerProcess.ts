import { Duplex } from 'node:stream';
import { AsyncSubject, Observable } from 'rxjs';
import { WorkerError } from '../errors.js';
import type { RawHandle } from './handle.js';
import { HandleSender } from './handleSender.js';
import { type AboutJob, Mailbox } from './mailbox.js';
import { encodeSetup } from './setupMessage.js';

export interface WorkerProcessOptions {
  /** The module that it runs, with `parentProcess` in it. */
  readonly module: URL;
  /** Its first message. */
  readonly setup: object;
  /** A descriptor that it keeps open as long as it lives. */
  readonly inherit?: number | undefined;
  /** Gets a stream to it, whose other end is the descriptor `LINE_FD` there. */
  readonly attend?: ((line: Duplex) => void) | undefined;
  /** Milliseconds after which a process that is not ready is killed; 30,000 by default. */
  readonly startTimeout?: number | undefined;
}

/** A child process that works on jobs, and answers in messages about them. */
export interface WorkerProcess<Command extends object, Answer extends AboutJob> {
  readonly pid: number;
  /** Its first message. */
  readonly ready: object;
  /** Sends a message, and a copy of a handle with it. */
  send(command: Command, handle?: RawHandle): void;
  /** Emits the messages about a job, which `ask` begins. Errors with a WorkerError once the process has ended. */
  answers(job: number, ask: () => void): Observable<Answer>;
  /** Its messages that are about no job. */
  readonly reports$: Observable<object>;
  /** Completes once it has ended, and all its messages have come. */
  readonly gone$: Observable<never>;
  kill(): void;
}

/**
 * Starts a child process. Emits it once it has sent its first message, which is that it is ready. Unsubscribing closes
 * the channel to it: it then finishes its work and ends by itself, even after this process. One that is not ready has
 * no work, and is killed.
 *
 *     workerProcess  ---W------#   it has ended
 *
 * It inherits no standard stream: what it has to say comes in messages, which it sends in lists.
 *
 * @throws WorkerError when it has ended, or cannot be started
 */
export const workerProcess = <Command extends object, Answer extends AboutJob>({
  module,
  setup,
  inherit,
  attend,
  startTimeout = START_MS,
}: WorkerProcessOptions): Observable<WorkerProcess<Command, Answer>> =>
  new Observable((subscriber) => {
    const { fork } = process.getBuiltinModule('node:child_process');
    const child = fork(module, {
      stdio: [
        ...(['ignore', 'ignore', 'ignore', 'ipc'] as const),
        // A descriptor that is of no use may be one too many.
        ...(attend ? (['pipe'] as const) : []),
        ...(inherit === undefined ? [] : [inherit]),
      ],
    });
    const line = child.stdio[LINE_FD];
    if (attend && line instanceof Duplex) attend(line);
    const { pid = 0 } = child;
    const mailbox = new Mailbox<Answer>();
    const sender = new HandleSender(child);
    const gone$ = new AsyncSubject<never>();
    const kill = () => {
      child.kill('SIGKILL');
    };
    let isReady = false;
    const notReady = setTimeout(kill, startTimeout);
    const worker: Omit<WorkerProcess<Command, Answer>, 'ready'> = {
      ...{ pid, gone$, kill },
      send: (command, handle) => {
        sender.send(command, handle);
      },
      answers: (job, ask) => mailbox.of(job, ask),
      reports$: new Observable((reports) => {
        const report = (messages: Messages) => {
          for (const message of messages)
            if (typeof message === 'object' && !('job' in message)) reports.next(message);
        };
        child.on('message', report);
        return () => child.off('message', report);
      }),
    };
    let hasEnded = false;
    const end = (error: WorkerError) => {
      hasEnded = true;
      clearTimeout(notReady);
      // First, so that it gets no more jobs.
      subscriber.error(error);
      gone$.complete();
      mailbox.close(error);
    };
    const leave = () => {
      const { exitCode: status, signalCode: signal } = child;
      end(new WorkerError({ pid, status: status ?? undefined, signal: signal ?? undefined }));
    };
    child
      // Before it is emitted as ready, because it then gets handles, for which it may have granted credit.
      .on('message', (messages: readonly (Answer | object | number)[]) => {
        for (const message of messages)
          if (typeof message === 'number') sender.grant(message);
          else if ('job' in message) mailbox.deliver(message);
      })
      .once('message', ([ready]: readonly [object]) => {
        isReady = true;
        clearTimeout(notReady);
        subscriber.next({ ...worker, ready });
      })
      // After its exit and its last messages. While a handle is on its way to it, `disconnect` never comes.
      .on('close', leave)
      .on('error', (cause) => {
        if (child.pid === undefined) end(new WorkerError({ pid }, { cause }));
      });
    sender.send(encodeSetup(setup));
    const dismiss = () => {
      clearTimeout(notReady);
      if (!isReady) kill();
      else if (child.connected) child.disconnect();
      const late = setTimeout(kill, LATE_MS).unref();
      const exited = () => {
        clearTimeout(late);
        leave();
      };
      // After `disconnect`, `close` never comes.
      if (child.exitCode === null && child.signalCode === null) child.once('exit', exited);
      else exited();
    };
    return () => {
      // Node closes the handles that are on their way, without an RST. Those who own them reset them first.
      if (!hasEnded) queueMicrotask(dismiss);
    };
  });

/** The descriptor of a line to the process that has started this one. */
export const LINE_FD = 4;

/** What a worker sends; a number is credit for handles. */
type Messages = readonly (object | number)[];

/** A busy machine needs seconds for a process, and a disk that hangs needs for ever. */
const START_MS = 30_000;

/** It ends by itself before that, unless it hangs. */
const LATE_MS = 2_000;
