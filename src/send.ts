import {
  asapScheduler,
  catchError,
  defer,
  map,
  type Observable,
  subscribeOn,
  throwError,
} from 'rxjs';
import type { ClientEvent } from './client/events.js';
import { reach } from './client/reach.js';
import { upload } from './client/upload.js';
import { connectTo } from './node/connectTo.js';
import { lookup as lookUpHost } from './node/lookup.js';
import { openFile } from './node/openFile.js';
import { pathText } from './node/pathText.js';
import { sha256 } from './node/sha256.js';
import { isDash } from './node/standardInput.js';
import type { ClientTls } from './node/tls.js';
import type { ByteBudget } from './operators/index.js';
import { addStamp } from './stamp.js';

/** The file, the server, and how long to wait. */
export interface SendOptions {
  /** A name or a numeric address. */
  host: string;
  port: number;
  /** A path; `-` is standard input, at most once at a time. A path that is not UTF-8 is a Buffer. */
  file: string | Buffer;
  /** Milliseconds to connect, and without progress while sending; `Infinity` is no limit. */
  timeout?: number | undefined;
  /** Milliseconds without progress while waiting for the server's FIN; the default is `timeout`. */
  confirmTimeout?: number | undefined;
  /** Whether to wait for the server's FIN, which confirms that the file is saved. */
  confirm?: boolean | undefined;
  /** Requires the server's receipt, and checks length and SHA-256. */
  receipt?: boolean | undefined;
  /**
   * How often a regular file is sent again if the network or the server fails; each time is a `retrying` event. A
   * server that saved the file, but whose confirmation was lost, then has it twice.
   */
  retry?: number | undefined;
  /**
   * The bytes per second that it may send: `byteBudget` of `rxdrop/operators`. Uploads that are given the same one
   * share it. A block is sent whole, so a small `blockSize` keeps the intervals short.
   */
  budget?: ByteBudget | undefined;
  /** Emits the addresses of `host`, for each attempt; the default is `lookup` of `rxdrop/node`. */
  lookup?: ((host: string) => Observable<readonly string[]>) | undefined;
  /**
   * Connects over TLS; the server's certificate has to be for `host`, or for `servername`. Uploads that are given the
   * same object resume the session of the one before.
   */
  tls?: ClientTls | undefined;
  /** Bytes that are read and written at a time, which is the memory it takes. */
  blockSize?: number | undefined;
  /**
   * Milliseconds to wait at the end of a pipe before its bytes count as the whole file; 0 by default. A program whose
   * upload a signal interrupts sets 50: Ctrl-C ends the writer of the pipe, too, and the reader's signal may come
   * later.
   */
  endDelay?: number | undefined;
}

/**
 * Sends a file over a TCP connection of its own, and reports whether it arrived.
 *
 * Cold: subscribing connects and sends, each time anew; unsubscribing before our FIN is on its way ends the connection
 * with an RST, so the server discards what it has.
 *
 *     send({ host, port, file })  --c--p--p--p--(s|)
 *
 * @throws NoInputError, ReadError, UnknownHostError, LookupError, UnreachableError, ConnectTimeoutError, ResetError,
 * TlsError, ClosedEarlyError, StalledError, UnconfirmedError
 * @example
 * send({ host: 'localhost', port: 5000, file: 'a.bin' }).subscribe({ complete: () => console.log('saved') });
 */
export function send({
  host,
  port,
  file,
  timeout = 10_000,
  confirmTimeout,
  confirm,
  receipt = false,
  retry = 0,
  budget,
  lookup = lookUpHost,
  tls,
  blockSize = BLOCK_SIZE,
  endDelay,
}: SendOptions): Observable<ClientEvent> {
  return defer(() =>
    upload({
      file$: openFile(file, { blockSize, blocks: 1, endDelay }),
      uplink$: reach({
        host,
        port,
        due: timeout,
        lookup,
        connect: (address) => connectTo({ address, port, host, highWaterMark: blockSize, tls }),
      }),
      timeout,
      confirmTimeout,
      confirm,
      budget,
      retry: retry > 0 && !isDash(file) ? { count: retry } : undefined,
      digest: receipt ? sha256 : undefined,
      clock: performance,
    }),
  ).pipe(
    map((fact) => ({ ...fact, file: pathText(file) })),
    addStamp<ClientEvent>(Date),
    catchError(rethrowLater),
  );
}

/**
 * A file that cannot be opened fails within the call that subscribes. `mergeMap` with a limit then subscribes
 * to the next within that call, so a thousand of them would overflow the stack.
 */
const rethrowLater = (error: unknown): Observable<never> =>
  throwError(() => error).pipe(subscribeOn(asapScheduler));

/** One block is in transit at a time; smaller blocks need more iterations of the event loop. */
const BLOCK_SIZE = 2 * 2 ** 20;
