import { access, constants, type NoParamCallback, statfs, type StatsFs } from 'node:fs';
import {
  bindNodeCallback,
  catchError,
  defer,
  forkJoin,
  map,
  type Observable,
  of,
  share,
  timeout,
} from 'rxjs';
import type { Path } from '../node/pathText.js';
import { codeOf } from '../store/directory/codeOf.js';
import { blockSize } from '../store/directory/writer/blockSize.js';
import { reserveOf } from '../store/directory/writer/reserve.js';
import type { DiskState } from './state.js';

/** The condition of FILE-DIR and its disk. */
export interface Disk {
  readonly space?: DiskState;
  /** Files that can still be created, if the file system limits them. */
  readonly freeFiles?: number;
  /** Why no file can be saved there, for people. */
  readonly problem?: string;
}

/**
 * Checks a directory and the free space of its disk. All subscribers share one look, so a disk that hangs keeps only
 * one thread of the pool. Each subscriber waits for the look for at most 1 s.
 *
 *     one      ^-- 1s --(n|)              n: the disk does not answer
 *     another  ----^---- 1s --(n|)
 *     look     ^------------------------
 *
 * @param minFree bytes; by default the reserve of the store
 */
export function checkDisk(
  directory: Path,
  minFree?: number,
  look: (directory: Path) => Observable<Space> = spaceIfWritable,
): Observable<Disk> {
  let block: number | undefined;
  const looked$ = defer(() => look(directory)).pipe(
    map(({ blocks, bavail, files, ffree }): Disk => {
      block ??= blockSize(directory);
      const size = blocks * block;
      const space = { free: bavail * block, size, minFree: minFree ?? reserveOf(size) };
      return {
        space,
        ...(files > 0 && { freeFiles: ffree }),
        ...(space.free < space.minFree && { problem: 'the disk is full' }),
        ...(files > 0 && ffree === 0 && { problem: 'the disk has no room for another file' }),
      };
    }),
    catchError((error: unknown) => of<Disk>({ problem: `cannot be written: ${codeText(error)}` })),
    share({ resetOnRefCountZero: false }),
  );
  return looked$.pipe(
    timeout({ first: LOOK_TIMEOUT_MS, with: () => of({ problem: 'the disk does not answer' }) }),
  );
}

const LOOK_TIMEOUT_MS = 1_000;

/** The space of a file system, in its blocks. */
type Space = Pick<StatsFs, 'bavail' | 'blocks' | 'ffree' | 'files'>;

const spaceIfWritable = (directory: Path): Observable<Space> =>
  forkJoin([spaceOf(directory), mayWrite(directory)]).pipe(map(([space]) => space));

const spaceOf = bindNodeCallback(
  (path: Path, done: (error: NodeJS.ErrnoException | null, space: StatsFs) => void) => {
    statfs(path, done);
  },
);

/** Root may write to every directory, except on a read-only file system. */
const mayWrite = bindNodeCallback((path: Path, done: NoParamCallback) => {
  access(path, constants.W_OK | constants.X_OK, done);
});

function codeText(error: unknown): string {
  const code = codeOf(error);
  return typeof code === 'string' ? code : 'reason unknown';
}
