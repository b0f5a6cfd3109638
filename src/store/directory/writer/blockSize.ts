import { closeSync, openSync, statfsSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';

/**
 * Bytes of a block in which a file system counts its space. Linux reports beside it how much to write at
 * once, `bsize`, which is no such unit on a network file system, on virtiofs or ZFS; Node reports the unit,
 * `frsize`, from version 24 on. Before that `stat` of the system knows it. If there is none, it is taken to be
 * small, so that less seems to be free than there is.
 */
export function blockSize(
  directory: Path,
  ask = askSystem,
  statfs: (directory: Path) => { bsize: number; frsize?: number } = statfsSync,
): number {
  const { bsize, frsize } = statfs(directory);
  if (frsize) return frsize;
  if (bsize <= USUAL_BYTES || process.platform !== 'linux') return bsize;
  return ask(directory) ?? USUAL_BYTES;
}

const USUAL_BYTES = 4096;

/** The directory is its standard input, because an argument could not name every path. */
function askSystem(directory: Path): number | undefined {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const fd = openSync(directory, 'r');
  try {
    const args = ['-L', '-f', '-c', '%S', '/proc/self/fd/0'];
    const answer = execFileSync('stat', args, { stdio: [fd, 'pipe', 'ignore'], timeout: ASK_MS });
    const size = Number(answer);
    return Number.isSafeInteger(size) && size > 0 ? size : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

const ASK_MS = 400;
