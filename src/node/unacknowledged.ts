import { fstatSync, readFileSync } from 'node:fs';

/**
 * Bytes of a socket that the peer's kernel has not acknowledged yet, or `undefined` where the system
 * does not show it. It is the queue of Linux's `/proc/net/tcp` (proc(5), `tx_queue`), which moves at
 * times when our own kernel takes nothing for many seconds, because its buffers hold megabytes.
 */
export function unacknowledgedBytes(fd: number | undefined): number | undefined {
  if (fd === undefined) return undefined;
  try {
    const inode = String(fstatSync(fd).ino);
    return queueOf(inode, '/proc/net/tcp') ?? queueOf(inode, '/proc/net/tcp6');
  } catch {
    return undefined;
  }
}

/** Columns: sl, local, remote, state, tx_queue:rx_queue (hexadecimal), timer, retransmits, uid, timeout, inode. */
function queueOf(inode: string, table: string): number | undefined {
  const row = readFileSync(table, 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((columns) => columns[9] === inode);
  const sent = row?.[4]?.split(':')[0];
  return sent === undefined ? undefined : parseInt(sent, 16);
}
