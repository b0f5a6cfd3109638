import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { catchError, defer, map, Observable, of, share, switchMap } from 'rxjs';
import { afterPoll$ } from './afterPoll.js';

/**
 * Emits the number of bytes of a socket that the peer's kernel has not acknowledged, or `undefined` if the system
 * does not show it, and completes.
 *
 * Linux shows it in `/proc/net/tcp` (proc(5), `tx_queue`). It changes even while our own kernel accepts no bytes for
 * many seconds, because its buffers hold megabytes. The table has a row for each socket of the machine, so all
 * subscribers share one reading. They get its result in the same iteration of the event loop, and so share the
 * next one, too.
 */
export function unacknowledgedBytes(
  fd: number | undefined,
  family: 'IPv4' | 'IPv6' = 'IPv4',
): Observable<number | undefined> {
  return defer(() => {
    const inode = inodeOf(fd);
    return (family === 'IPv6' ? tcp6$ : tcp$).pipe(map((queues) => queues.get(inode)));
  }).pipe(catchError(() => NOT_SHOWN$));
}

/** As late as a reading, so that waiting bytes are delivered first in both cases. */
const NOT_SHOWN$ = afterPoll$.pipe(switchMap(() => of(undefined)));

function inodeOf(fd: number | undefined): string {
  if (fd === undefined) throw new TypeError('there is no descriptor');
  return String(fstatSync(fd, { bigint: true }).ino);
}

/** Bytes by inode. */
type Queues = ReadonlyMap<string, number>;

/** Reads a table in pieces in the thread pool: the system needs 40 ms for 20,000 rows. */
const readTable = (table: string): Observable<Queues> =>
  new Observable((subscriber) => {
    const fd = openSync(table, 'r');
    const queues = new Map<string, number>();
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let rest = '';
    const close = (end: () => void) => {
      closeSync(fd);
      end();
    };
    const readOn = () => {
      read(fd, piece, 0, PIECE_BYTES, null, (error, size) => {
        // Closed only here, when no read is under way.
        if (subscriber.closed || error)
          close(() => {
            subscriber.error(error);
          });
        else if (size === 0)
          close(() => {
            subscriber.next(queues);
            subscriber.complete();
          });
        else {
          rest = parseRows(rest + piece.toString('latin1', 0, size), queues);
          readOn();
        }
      });
    };
    readOn();
  });

/** The system returns at most a page of a table at once. */
const PIECE_BYTES = 64 * 1024;

/** Adds the whole rows to `queues`; returns the text after the last of them. */
function parseRows(text: string, queues: Map<string, number>): string {
  for (const { groups } of text.matchAll(ROW)) {
    const { queue = '', inode = '' } = groups ?? {};
    queues.set(inode, parseInt(queue, 16));
  }
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** sl, local, remote, state, tx_queue:rx_queue (hexadecimal), timer, retransmits, uid, timeout, inode. */
const ROW =
  /^ *\d+: \S+ \S+ \S+ (?<queue>[0-9A-F]+):\S+ \S+ \S+ +\d+ +\d+ (?<inode>[1-9]\d*) .*\n/gm;

const tcp$ = readTable('/proc/net/tcp').pipe(share());
const tcp6$ = readTable('/proc/net/tcp6').pipe(share());
