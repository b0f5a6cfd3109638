import {
  connect,
  filter,
  first,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  ReplaySubject,
  switchMap,
  tap,
  withLatestFrom,
} from 'rxjs';
import { addressFilter } from './node/addresses.js';
import { afterPoll$ } from './node/afterPoll.js';
import { availableCores } from './node/availableCores.js';
import { listenToHandOver } from './node/handOver.js';
import { roomForConnections } from './node/openFilesLimit.js';
import { checkTls, createTicketKeys } from './node/tls.js';
import { workerProcess } from './node/workerProcess.js';
import { requireRange } from './operators/requireRange.js';
import type { Receiving, ServeIntoDirectory } from './serve.js';
import type { ServerFact } from './server/events.js';
import { reportOpened } from './server/report.js';
import type { Phase } from './server/stopping.js';
import { handshakeAt } from './server/workers/handshakeAt.js';
import { pool, type PoolState } from './server/workers/pool.js';
import { proxyHeadersAt } from './server/workers/proxyHeadersAt.js';
import type { Answer, Setup, ToWorker } from './server/workers/protocol.js';
import { receiveAt } from './server/workers/receiveAt.js';
import { RemoteSender } from './server/workers/remoteSender.js';
import { type Lender, lender } from './store/directory/lender.js';

/**
 * Has workers receive. This process accepts the connections, numbers their files, and finishes those of a worker that died.
 *
 * @param receive is called once all workers are ready
 */
export function receiveByWorkers(
  options: ServeIntoDirectory,
  phase$: Observable<Phase>,
  receive: (
    receiving$: Observable<Receiving<RemoteSender, RemoteSender>>,
  ) => Observable<ServerFact>,
): Observable<ServerFact> {
  const size = sizeOf(options);
  if (options.tls) checkTls(options.tls);
  return lender({ ...options, path: options.dir }).pipe(
    switchMap((owner) =>
      pool({ size, start$: workersOf(options, owner, size), lookAgain$: afterPoll$ }).pipe(
        connect(
          (pool$) =>
            merge(
              pool$.pipe(
                map(({ ended }) => ended),
                filter((ended) => ended !== undefined),
              ),
              endTransfers(pool$, phase$),
              pool$.pipe(
                first(({ members }) => members.length === size),
                // One worker may get all connections, while others are replaced. Each takes a descriptor here, too.
                switchMap(({ members }) =>
                  receive(
                    of({
                      ...receiving(options, owner, pool$),
                      room: Math.min(roomForConnections(), ...members.map(({ room }) => room)),
                    }),
                  ),
                ),
              ),
            ),
          { connector: () => new ReplaySubject<PoolState>(1) },
        ),
      ),
    ),
  );
}

/** The number of workers. Throws if there cannot be any. */
function sizeOf(options: ServeIntoDirectory): number {
  const { workers = 1 } = options;
  for (const name of UNSUPPORTED)
    if (options[name] !== undefined) throw new TypeError(`workers does not support ${name}`);
  if (workers === 'auto') return availableCores();
  requireRange('workers', workers, 1);
  if (!Number.isInteger(workers)) throw new RangeError('workers must be a whole number');
  return workers;
}

const UNSUPPORTED = ['check', 'ids', 'maxTotal', 'maxFiles'] as const;

const workersOf = (options: ServeIntoDirectory, { terms, lock }: Lender, size: number) => {
  const { idleTimeout, onIdle, maxSize, minRate, maxDuration, tls, progress } = options;
  const { receipt = false, sha256 = false, proxyProtocol = [] } = options;
  const setup: Setup = {
    type: 'setup',
    ...{ idleTimeout, onIdle, maxSize, minRate, maxDuration, progress, receipt, sha256 },
    // A client may resume its session at another worker.
    tls: tls && { ...tls, ticketKeys: tls.ticketKeys ?? createTicketKeys() },
    ...{ terms, workers: size, proxies: proxyProtocol.length > 0 },
  };
  const module = new URL('./worker.js', import.meta.url);
  return workerProcess<ToWorker, Answer>({ module, setup, inherit: lock });
};

const receiving = (
  { port, host, tls, proxyProtocol = [] }: ServeIntoDirectory,
  owner: Lender,
  pool$: Observable<PoolState>,
): Omit<Receiving<RemoteSender, RemoteSender>, 'room'> => ({
  listener$: listenToHandOver({ port, host }).pipe(
    map(({ address, connections$ }) => ({
      address,
      connections$: connections$.pipe(map((copy, index) => new RemoteSender(index + 1, copy))),
    })),
  ),
  handshake: tls && handshakeAt(pool$),
  ...(proxyProtocol.length > 0 && {
    isProxy: addressFilter({ allow: proxyProtocol }),
    proxyHeaders: proxyHeadersAt(pool$),
  }),
  begin: (abort$) => {
    const receive = receiveAt(pool$, { abort$, clock: performance });
    return (sender, origin) => {
      const file = owner.begin(origin);
      return {
        firstEvent$: reportOpened(origin, file),
        transfer$: receive(sender, file, origin),
      };
    };
  },
  descriptorOf: ({ copy }) => copy.handle.fd,
});

/** Has the workers end the transfers in flight when the server does. */
const endTransfers = (pool$: Observable<PoolState>, phase$: Observable<Phase>): Observable<never> =>
  phase$.pipe(
    filter((phase) => phase === 'ending'),
    withLatestFrom(pool$),
    tap(([, { members }]) => {
      for (const { worker } of members) worker.send({ type: 'end' });
    }),
    ignoreElements(),
  );
