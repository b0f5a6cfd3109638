import {
  connect,
  EMPTY,
  endWith,
  filter,
  interval,
  merge,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { afterNextPoll$, afterPoll$ } from './node/afterPoll.js';
import { handshake } from './node/handshake.js';
import { keepAliveOf } from './node/keepAlive.js';
import { roomForConnections } from './node/openFilesLimit.js';
import {
  answerParent,
  type FromParent,
  handleCredit$,
  parentProcess,
} from './node/parentProcess.js';
import { proxyProtocol } from './node/proxyProtocol.js';
import { TLS_READ_BYTES } from './node/secure.js';
import { LINE_FD } from './node/workerProcess.js';
import { opener } from './node/opener.js';
import { sha256 } from './node/sha256.js';
import { keepYoungSpaceSmall, letYoungSpaceGrow } from './node/youngSpace.js';
import { Verdicts } from './verdicts.js';
import { IDLE_TIMEOUT_MS } from './server/limits.js';
import { inRounds } from './server/workers/inRounds.js';
import type { Setup, ToWorker } from './server/workers/protocol.js';
import { work } from './server/workers/work.js';
import { borrower } from './store/directory/borrower.js';
import { LentQuota } from './store/directory/lentQuota.js';

const BEAT_MS = 1_000;
/** A message costs as much as writing a small file, so one has the events of several files. */
const EVENTS_MS = 5;
const LOOK = { lookAgain$: afterPoll$ };

keepYoungSpaceSmall();
const verdicts = new Verdicts();

/** The program of a worker, which `workers.ts` starts. */
parentProcess<ToWorker>()
  .pipe(
    connect((messages$) =>
      messages$.pipe(
        filter((message): message is FromParent<Setup> => message.command.type === 'setup'),
        take(1),
        switchMap(({ command: { terms, workers, tls, proxies, checks, isAwaited, ...options } }) =>
          merge(
            borrower(
              terms,
              workers,
              undefined,
              terms.limits && new LentQuota(LINE_FD, terms.limits),
            ).pipe(
              switchMap((borrow) =>
                work({
                  ...options,
                  borrow: checks ? verdicts.borrow(borrow) : ({ loan }) => borrow(loan),
                  room: roomForConnections(),
                  commands$: messages$.pipe(
                    tap(({ command: { type } }) => {
                      if (type === 'end') letYoungSpaceGrow();
                    }),
                    tap(({ command }) => {
                      if (command.type === 'verdict') verdicts.deliver(command);
                    }),
                  ),
                  open: opener({
                    readSize: tls && TLS_READ_BYTES,
                    keepAlive: keepAliveOf(options),
                  }),
                  proxyHeaders: proxies
                    ? proxyProtocol(options.idleTimeout ?? IDLE_TIMEOUT_MS, LOOK)
                    : undefined,
                  handshake: tls && handshake(tls),
                  digest: options.receipt || options.sha256 ? sha256 : undefined,
                  beat$: merge(
                    interval(BEAT_MS).pipe(startWith(0)),
                    // The acceptor kills a worker that hangs when the server ends.
                    messages$.pipe(filter(({ command: { type } }) => type === 'end')),
                  ),
                  afterPoll$: afterNextPoll$,
                  ...LOOK,
                  clock: performance,
                  // It completes before the directory is released, whose disk then waits for the last files.
                }).pipe(endWith(undefined)),
              ),
            ),
            // Handshakes, headers and checks need commands without a handle.
            tls || proxies || checks ? EMPTY : handleCredit$,
          ).pipe(
            takeWhile((answer) => answer !== undefined),
            inRounds(isAwaited ? afterPoll$ : timer(EVENTS_MS)),
          ),
        ),
      ),
    ),
  )
  .subscribe({
    next: answerParent,
    // The acceptor reports the end of this process.
    error(error: unknown) {
      throw error;
    },
  });
