import {
  catchError,
  connect,
  EMPTY,
  endWith,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  takeUntil,
} from 'rxjs';
import { errorData } from '../../errorData.js';
import { ShutdownError } from '../../errors.js';
import type { RawHandle } from '../../node/handle.js';
import type { FromParent } from '../../node/parentProcess.js';
import { failInSlices } from '../../operators/failInSlices.js';
import type { Part } from '../../store/store.js';
import type { ProxyHeaders } from '../admission.js';
import { receive, type ReceiveOptions, type Sender } from '../receive.js';
import type { ServerFact } from '../events.js';
import { type ReportedBytes, withProgress } from '../progress.js';
import type { Answer, Beat, Receive, Secure, Start, JobEvent, ToWorker } from './protocol.js';

export interface WorkOptions<S extends Sender> extends Omit<
  ReceiveOptions,
  'abort$' | 'reportedBytes'
> {
  /** Milliseconds between two `progress` events of a transfer; none by default. */
  progress?: number | undefined;
  commands$: Observable<FromParent<ToWorker>>;
  /** Makes a sender of a handle. */
  open: (handle: RawHandle, peer: string) => S;
  /** Reads the start of a sender, if some come from a proxy. */
  proxyHeaders?: ProxyHeaders<S> | undefined;
  /** Runs the handshake of a sender; if it errors or is unsubscribed, the sender gets an RST. */
  handshake?: ((sender: S) => Observable<Sender>) | undefined;
  /** Begins the part of a connection. */
  borrow: (command: Receive) => Part;
  /** How many connections the open-files limit allows. */
  room: number;
  /** Emits when it is time for a sign of life. */
  beat$: Observable<unknown>;
  /** Emits after a poll of the event loop. */
  afterPoll$: Observable<unknown>;
}

/**
 * What a worker does: it receives the connections that the acceptor hands over, and reports their events. Once there
 * are no more commands, it releases those that it has, and completes.
 *
 *     commands   --r-----r--------e---|
 *     answers    b---p-----r--b---f---|     b: a beat, e: all transfers end
 */
export const work = <S extends Sender>(options: WorkOptions<S>): Observable<Answer | Beat> =>
  options.commands$.pipe(
    connect((commands$) => {
      const end$ = commands$.pipe(
        filter(({ command }) => command.type === 'end'),
        map(() => {
          throw new ShutdownError();
        }),
      );
      const worker = new Work(options, commands$, failInSlices(end$, options.afterPoll$));
      return merge(
        options.beat$.pipe(map(() => worker.beat)),
        commands$.pipe(mergeMap((message) => worker.answer(message))),
        withProgress(
          options.progress,
          (reportedBytes) =>
            commands$.pipe(mergeMap((message) => worker.receive(message, reportedBytes))),
          options.scheduler,
        ).pipe(mergeMap((event) => worker.report(event))),
      ).pipe(takeUntil(commands$.pipe(ignoreElements(), endWith(undefined))));
    }),
  );

class Work<S extends Sender> {
  /** Senders whose start is read. */
  private readonly started = new Map<number, S>();
  /** Senders whose handshake is done. */
  private readonly secured = new Map<number, Sender>();
  private readonly parts = new Set<Part>();
  /** The jobs of the connections that are received. */
  private readonly jobs = new Map<number, number>();

  constructor(
    private readonly options: WorkOptions<S>,
    private readonly commands$: Observable<FromParent<ToWorker>>,
    private readonly abort$: Observable<never>,
  ) {}

  get beat(): Beat {
    let bytes = 0;
    for (const part of this.parts) bytes += part.size;
    return { type: 'beat', bytes, room: this.options.room };
  }

  answer({ command, handle }: FromParent<ToWorker>): Observable<Answer> {
    switch (command.type) {
      case 'start':
        return this.start(command, handle);
      case 'secure':
        return this.secure(command, handle);
      case 'drop':
        this.take(command.job)?.abort();
        return EMPTY;
      case 'setup':
      case 'receive':
      case 'verdict':
      case 'end':
        return EMPTY;
    }
  }

  private start({ job, peer, step }: Start, handle: RawHandle | undefined): Observable<Answer> {
    const { proxyHeaders, open } = this.options;
    if (!handle || !proxyHeaders) return EMPTY;
    return this.prepare(job, proxyHeaders[step](open(handle, peer)), this.started);
  }

  private secure({ job, peer }: Secure, handle: RawHandle | undefined): Observable<Answer> {
    const { handshake, open } = this.options;
    const sender = handle ? open(handle, peer) : take(this.started, job);
    if (!sender) return EMPTY;
    const secured$: Observable<Sender> = handshake?.(sender) ?? of(sender);
    return this.prepare(job, secured$, this.secured);
  }

  /** Reports when a sender is ready for its next step, unless it is dropped before. */
  private prepare<T extends Sender>(
    job: number,
    ready$: Observable<T>,
    into: Map<number, T>,
  ): Observable<Answer> {
    const dropped$ = this.commands$.pipe(
      filter(({ command }) => command.type === 'drop' && command.job === job),
    );
    return ready$.pipe(
      map((sender): Answer => {
        into.set(job, sender);
        const { peer, client } = sender;
        return { type: 'ready', job, peer, client };
      }),
      catchError((error: unknown) =>
        of<Answer>({ type: 'not ready', job, error: errorData(error) }),
      ),
      takeUntil(dropped$),
    );
  }

  /** Receives a connection, if that is the command. */
  receive(
    { command, handle }: FromParent<ToWorker>,
    reportedBytes: ReportedBytes | undefined,
  ): Observable<ServerFact> {
    if (command.type !== 'receive') return EMPTY;
    const { job, origin } = command;
    const { borrow, open } = this.options;
    const sender = handle ? open(handle, origin.peer) : this.take(job);
    if (!sender) return EMPTY;
    const part = borrow(command);
    this.parts.add(part);
    this.jobs.set(origin.connection, job);
    const options = { ...this.options, abort$: this.abort$, reportedBytes };
    return receive(sender, part, options, origin.connection).pipe(
      finalize(() => this.parts.delete(part)),
    );
  }

  /** Adds its job to an event. */
  report(event: ServerFact): Observable<JobEvent> {
    const connection = 'connection' in event ? event.connection : 0;
    const job = this.jobs.get(connection);
    if (job === undefined) return EMPTY;
    if (event.type !== 'progress') this.jobs.delete(connection);
    return of({ type: 'event', job, event });
  }

  private take(job: number): Sender | undefined {
    return take(this.secured, job) ?? take(this.started, job);
  }
}

function take<T>(senders: Map<number, T>, job: number): T | undefined {
  const sender = senders.get(job);
  senders.delete(job);
  return sender;
}
