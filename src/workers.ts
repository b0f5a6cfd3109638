import {
  connect,
  filter,
  first,
  map,
  merge,
  type Observable,
  of,
  ReplaySubject,
  switchMap,
} from 'rxjs';
import { addressFilter } from './node/addresses.js';
import { afterPoll$ } from './node/afterPoll.js';
import { availableCores } from './node/availableCores.js';
import { listenToHandOver } from './node/handOver.js';
import { keepAliveOf } from './node/keepAlive.js';
import { roomForConnections } from './node/openFilesLimit.js';
import { opener } from './node/opener.js';
import { checkTls, createTicketKeys } from './node/tls.js';
import { workerProcess } from './node/workerProcess.js';
import { requireRange } from './operators/requireRange.js';
import { beginHere, type Receiving } from './receiving.js';
import type { ServeIntoDirectory } from './serveOptions.js';
import type { Begin } from './server/admission.js';
import type { ServerFact } from './server/events.js';
import { reportOpened } from './server/report.js';
import type { Phase } from './server/stopping.js';
import { withUsage } from './server/usage.js';
import { endTransfers } from './server/workers/endTransfers.js';
import { handshakeAt } from './server/workers/handshakeAt.js';
import { keepSmall } from './server/workers/keepSmall.js';
import { pool, type PoolState } from './server/workers/pool.js';
import type { Answer, Setup, ToWorker } from './server/workers/protocol.js';
import { proxyHeadersAt } from './server/workers/proxyHeadersAt.js';
import { receiveAt } from './server/workers/receiveAt.js';
import { RemoteSender } from './server/workers/remoteSender.js';
import type { Check } from './store/checked.js';
import { type Lender, lender } from './store/directory/lender.js';

interface WorkersOptions extends ServeIntoDirectory {
  /** Checks files before they are published. */
  readonly verdict?: Check | undefined;
}

/**
 * Has workers receive. This process accepts the connections, numbers their files, and finishes those of a worker that
 * died.
 *
 * @param receive is called once all workers are ready
 */
export function receiveByWorkers(
  options: WorkersOptions,
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
                  ).pipe(withUsage(owner.store, options.progress)),
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
function sizeOf(options: WorkersOptions): number {
  const { workers = 1, ids } = options;
  if (ids !== undefined) throw new TypeError('workers does not support ids');
  if (workers === 'auto') return availableCores();
  requireRange('workers', workers, 1);
  if (!Number.isInteger(workers)) throw new RangeError('workers must be a whole number');
  return workers;
}

const workersOf = (options: WorkersOptions, { terms, lockFd, lendQuota }: Lender, size: number) => {
  const { idleTimeout, onIdle, maxSize, minRate, maxDuration, tls, progress } = options;
  const { receipt = false, sha256 = false, proxyProtocol = [] } = options;
  const proxies = proxyProtocol.length > 0;
  const checks = options.verdict !== undefined;
  const isLimited = options.maxConnections !== undefined || options.maxPerHost !== undefined;
  const setup: Setup = {
    type: 'setup',
    ...{ idleTimeout, onIdle, maxSize, minRate, maxDuration, progress, receipt, sha256 },
    // A client may resume its session at another worker.
    tls: tls && { ...tls, ticketKeys: tls.ticketKeys ?? createTicketKeys() },
    ...{ terms, workers: size, proxies, checks },
    isAwaited: isLimited || proxies || checks || tls !== undefined,
  };
  const module = new URL('./worker.js', import.meta.url);
  return workerProcess<ToWorker, Answer>({ module, setup, inherit: lockFd, attend: lendQuota });
};

const receiving = (
  options: WorkersOptions,
  owner: Lender,
  pool$: Observable<PoolState>,
): Omit<Receiving<RemoteSender, RemoteSender>, 'room'> => {
  const { port, host, tls, proxyProtocol = [] } = options;
  return {
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
    begin: (abort$, reportedBytes) => {
      const receive = receiveAt(pool$, { abort$, clock: performance, check: options.verdict });
      const away: Begin<RemoteSender> = (sender, origin) => {
        const file = owner.begin(origin);
        return {
          firstEvent$: reportOpened(origin, file),
          transfer$: receive(sender, file, origin),
        };
      };
      if (tls || proxyProtocol.length > 0 || options.verdict) return away;
      const begin = beginHere(options, owner.store)(abort$, reportedBytes);
      const open = opener({ keepAlive: keepAliveOf(options) });
      const here: Begin<RemoteSender> = ({ copy: { handle }, peer }, origin) =>
        begin(open(handle, peer), origin);
      return keepSmall({ here, away, afterPoll$ });
    },
    descriptorOf: ({ copy }) => copy.handle.fd,
  };
};
