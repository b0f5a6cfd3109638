import { closeSync, fstatSync, openSync, statfsSync, unlinkSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { defer, Observable, switchMap } from 'rxjs';
import { DirectoryError } from '../errors.js';
import { Backlog } from './backlog.js';
import { disk } from './disk.js';
import { CREATE, filePart, type Place } from './filePart.js';
import { lock } from './lock.js';
import { Room } from './room.js';
import type { Store } from './store.js';
import { survey } from './survey.js';

/** Where the files go, and how they are kept. */
export interface DirectoryStoreOptions {
  /** The directory of the files; it has to exist. */
  path: string;
  /** Permissions of the files, whatever the umask. */
  mode?: number | undefined;
  /** Publish a file only after it, and its name, would survive a power cut. */
  fsync?: boolean | undefined;
  /** Bytes of the disk that no file takes; 64 MiB without it, or 5 % of a small disk. 0: none. */
  minFree?: number | undefined;
  /** Count on from the highest number there is, instead of from 1. */
  continued?: boolean | undefined;
}

/**
 * A store that keeps the file of the first connection as `1.file`, of the second as `2.file`, and so on.
 *
 * Meanwhile the bytes stand in a hidden temporary beside it; those of a run that was killed are cleared
 * at the start. What had a name before becomes a numbered backup. Locked while it is subscribed.
 *
 *     directoryStore({ path })  S-----------
 *     locked                    ^----------!
 *
 * Not for a directory in which something else makes files of such names. Where this is the store,
 * `serve({ port, dir })` is enough, and makes the directory too.
 *
 * @throws DirectoryError when files cannot be kept there
 * @throws DirectoryInUseError when another server has it
 * @example
 * ```ts
 * import { serve } from 'rxdrop';
 * import { directoryStore } from 'rxdrop/node';
 * import { take } from 'rxjs';
 *
 * serve({ port: 0, store: directoryStore({ path: '.', fsync: true }) })
 *   .pipe(take(1))
 *   .subscribe(({ type }) => console.log(type));
 * // → listening
 * ```
 * @category Sinks
 */
export function directoryStore({
  path,
  mode = 0o600,
  fsync = false,
  minFree,
  continued = false,
}: DirectoryStoreOptions): Observable<Store> {
  const directory = resolve(path);
  return defer(() => asDirectoryError(directory, () => lock(directory))).pipe(
    switchMap(() => opened(directory, { mode, fsync, minFree, continued })),
  );
}

interface Opening {
  mode: number;
  fsync: boolean;
  minFree: number | undefined;
  continued: boolean;
}

function opened(
  directory: string,
  { mode, fsync, minFree, continued }: Opening,
): Observable<Store> {
  return new Observable((subscriber) => {
    const run = Math.random().toString(36).slice(2, 10);
    const temporary = (id: number) => `${directory}${sep}.rxdrop-${run}-${id}.part`;
    const name = (id: number) => `${directory}${sep}${id}.file`;

    const { highest, backups, masked, least, durableIn } = asDirectoryError(directory, () => ({
      ...survey(directory),
      masked: tryOut(temporary(0), mode) !== mode,
      least: minFree ?? Math.min(64 * MiB, 0.05 * sizeOf(directory)),
      durableIn: fsync ? openSync(directory, 'r') : undefined,
    }));
    const place: Place = {
      disk: disk(),
      backlog: new Backlog(BACKLOG),
      room: new Room({ path: directory, least }),
      ...{ temporary, name, mode, masked, durableIn },
    };
    let last = continued ? highest : 0;

    subscriber.next({
      begin() {
        const id = ++last;
        return filePart(id, place, backups.get(id));
      },
    });
    return () => {
      if (durableIn !== undefined) closeSync(durableIn);
    };
  });
}

const MiB = 2 ** 20;

/** 64 MiB: a slow disk is kept busy by much less, and a small machine can spare it. */
const BACKLOG = 64 * MiB;

/** The bytes of the whole file system. */
function sizeOf(directory: string): number {
  const { blocks, bsize } = statfsSync(directory);
  return blocks * bsize;
}

/** Creates a file as they will be created, takes it away again, and tells which permissions it got. */
function tryOut(path: string, mode: number): number {
  const fd = openSync(path, CREATE, mode);
  try {
    return fstatSync(fd).mode & 0o7777;
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}

function asDirectoryError<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new DirectoryError(path, { cause });
  }
}
