import { closeSync, openSync, statfsSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';

/**
 * Bytes of a block, the unit in which a file system counts its space. Node 24 and later return it as `frsize`.
 * Older versions return only `bsize`, the preferred size of a write, which differs from the unit on network
 * file systems, virtiofs and ZFS; there, the system's `stat` program prints the unit. If that fails, a small
 * block is assumed, so that less space seems to be free than there is.
 */
export function blockSize(
  directory: Path,
  runStat = unitByStat,
  statfs: (directory: Path) => { bsize: number; frsize?: number } = statfsSync,
): number {
  const { bsize, frsize } = statfs(directory);
  if (frsize) return frsize;
  if (bsize <= USUAL_BLOCK_BYTES || process.platform !== 'linux') return bsize;
  return runStat(directory) ?? USUAL_BLOCK_BYTES;
}

const USUAL_BLOCK_BYTES = 4096;

/** The directory is the standard input of `stat`, because not every path can be an argument. */
function unitByStat(directory: Path): number | undefined {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const fd = openSync(directory, 'r');
  try {
    const args = ['-L', '-f', '-c', '%S', '/proc/self/fd/0'];
    const answer = execFileSync('stat', args, { stdio: [fd, 'pipe', 'ignore'], timeout: STAT_MS });
    const size = Number(answer);
    return Number.isSafeInteger(size) && size > 0 ? size : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

const STAT_MS = 400;
