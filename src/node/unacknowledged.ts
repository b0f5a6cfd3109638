import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { catchError, defer, map, Observable, of, share, switchMap } from 'rxjs';
import { afterPoll$ } from './afterPoll.js';

/**
 * Emits once how many bytes of a socket the peer's kernel has not acknowledged yet, or `undefined` if
 * the system does not show it, and completes.
 *
 * It is the queue of Linux's `/proc/net/tcp` (proc(5), `tx_queue`), which moves at times when our own
 * kernel takes nothing for many seconds, because its buffers hold megabytes. The table has a row for each
 * socket of the machine, so one reading serves all who ask while it is under way. They hear of it in the
 * same turn, and so ask for the next one together.
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

/** As late as an answer would be: whatever waited in the kernel has come by then. */
const NOT_SHOWN$ = afterPoll$.pipe(switchMap(() => of(undefined)));

function inodeOf(fd: number | undefined): string {
  if (fd === undefined) throw new TypeError('there is no descriptor');
  return String(fstatSync(fd, { bigint: true }).ino);
}

/** Bytes by inode. */
type Queues = ReadonlyMap<string, number>;

/** One reading of a table, piece by piece in the thread pool: it takes the system 40 ms for 20,000 rows. */
const reading = (table: string): Observable<Queues> =>
  new Observable((subscriber) => {
    const fd = openSync(table, 'r');
    const queues = new Map<string, number>();
    const piece = Buffer.allocUnsafe(PIECE_SIZE);
    let rest = '';
    const close = (end: () => void) => {
      closeSync(fd);
      end();
    };
    const readOn = () => {
      read(fd, piece, 0, PIECE_SIZE, null, (error, size) => {
        // Only here is nobody reading the descriptor.
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
          rest = collect(rest + piece.toString('latin1', 0, size), queues);
          readOn();
        }
      });
    };
    readOn();
  });

/** The system gives no more than a page of a table at once. */
const PIECE_SIZE = 64 * 1024;

/** Collects whole rows; returns what follows the last of them. */
function collect(text: string, queues: Map<string, number>): string {
  for (const { groups } of text.matchAll(ROW)) {
    const { queue = '', inode = '' } = groups ?? {};
    queues.set(inode, parseInt(queue, 16));
  }
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** sl, local, remote, state, tx_queue:rx_queue (hexadecimal), timer, retransmits, uid, timeout, inode. */
const ROW =
  /^ *\d+: \S+ \S+ \S+ (?<queue>[0-9A-F]+):\S+ \S+ \S+ +\d+ +\d+ (?<inode>[1-9]\d*) .*\n/gm;

const tcp$ = reading('/proc/net/tcp').pipe(share());
const tcp6$ = reading('/proc/net/tcp6').pipe(share());
