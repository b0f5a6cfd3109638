import { closeSync, constants, existsSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { append, entryOf } from '../path.js';
import { exists, fchmod, fsync, mkdir, modeOf, open, rename } from './fileCalls.js';
import type { Steps } from './steps.js';

export interface FoldersOptions {
  readonly directory: Path;
  /** Permissions of the files. */
  readonly mode: number;
  /** The descriptor of the directory, if files must survive a power cut. */
  readonly directoryToSync: number | undefined;
  /** Whether the system names open descriptors by a path, as Linux does. */
  readonly hasProc?: boolean;
}

/** Steps with the path of a file, and the descriptor of its directory if that must be synced. */
export type InFolder = (path: Path, directoryToSync: number | undefined) => Steps<void>;

/**
 * The directory of the files, and the directories below it that their names ask for, which it makes.
 *
 * Each of those is opened in the one above, and never through a symbolic link. What happens in it goes through its
 * descriptor, so a link that is put in its place meanwhile leads nowhere else. Without `/proc`, paths are used:
 * then a link is not followed where a file is put, but one in the middle of the path may be, for the moment between
 * two calls.
 */
export class Folders {
  private readonly directory: Path;
  private readonly directoryToSync: number | undefined;
  private readonly mode: number;
  private readonly hasProc: boolean;

  constructor({ directory, mode, directoryToSync, hasProc = existsSync(FD) }: FoldersOptions) {
    this.directory = directory;
    this.directoryToSync = directoryToSync;
    // Where files can be read, directories can be entered; and we have to write there, whatever files are for.
    this.mode = mode | ((mode & 0o444) >> 2) | 0o700;
    this.hasProc = hasProc;
  }

  /** Runs steps in the directory of a name, which has `/` between its components. */
  *use(name: string, steps: InFolder): Steps<void> {
    if (!name.includes('/')) yield* steps(entryOf(this.directory, name), this.directoryToSync);
    else yield* this.useBelow(name.split('/'), steps);
  }

  private *useBelow(names: readonly string[], steps: InFolder): Steps<void> {
    const [folders, file = ''] = [names.slice(0, -1), names.at(-1)];
    for (let tries = 1; ; tries++) {
      try {
        yield* this.useOnce(folders, file, steps);
        return;
      } catch (cause) {
        if (codeOf(cause) === 'EXDEV')
          throw new Error(`${folders.join('/')} is on another file system`, { cause });
        // Another program may remove a directory while it is empty.
        if (codeOf(cause) !== 'ENOENT' || tries === TRIES) throw cause;
      }
    }
  }

  private *useOnce(folders: readonly string[], file: string, steps: InFolder): Steps<void> {
    const { path, fd } = yield* this.enter(folders);
    try {
      yield* steps(entryOf(path, file), this.directoryToSync === undefined ? undefined : fd);
    } finally {
      closeSync(fd);
    }
  }

  /** At most one descriptor is open while a call is under way: there may be thousands of files at once. */
  private *enter([first = '', ...others]: readonly string[]): Steps<Folder> {
    let folder = yield* this.open(entryOf(this.directory, first), this.directoryToSync);
    for (const name of others) {
      const { path, fd } = folder;
      try {
        folder = yield* this.open(entryOf(path, name), fd);
      } finally {
        closeSync(fd);
      }
    }
    return folder;
  }

  /** Opens a directory, which it makes if it is missing. Whatever else has its name is moved aside (S12). */
  private *open(path: Path, outer: number | undefined): Steps<Folder> {
    let isNew = false;
    for (let tries = 1; ; tries++) {
      try {
        const fd = yield* open(path, FOLDER);
        if (isNew) yield* this.finish(fd, outer);
        return { fd, path: this.hasProc ? `${FD}/${fd}` : path };
      } catch (error) {
        if (tries === TRIES) throw error;
        if (codeOf(error) === 'ENOENT') isNew = yield* this.make(path);
        else if (NO_FOLDER.has(codeOf(error))) yield* moveAside(path);
        else throw error;
      }
    }
  }

  private *make(path: Path): Steps<boolean> {
    try {
      yield* mkdir(path, this.mode);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** The umask may have taken permissions; what the directory above hands down (setgid) stays. */
  private *finish(fd: number, outer: number | undefined): Steps<void> {
    try {
      const mode = yield* modeOf(fd);
      if ((mode & 0o777) !== this.mode) yield* fchmod(fd, this.mode | (mode & 0o7000));
      if (this.directoryToSync !== undefined && outer !== undefined) yield* fsync(outer);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
}

interface Folder {
  /** A path that leads to it, whatever is put in its place. */
  readonly path: Path;
  readonly fd: number;
}

function* moveAside(path: Path): Steps<void> {
  let number = 1;
  while (yield* exists(append(path, `.~${number}~`))) number++;
  try {
    yield* rename(path, append(path, `.~${number}~`));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

const FD = '/proc/self/fd';
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
const FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** Why something that is no directory, or a link to one, cannot be opened as one. */
const NO_FOLDER: ReadonlySet<unknown> = new Set(['ENOTDIR', 'ELOOP', 'EMLINK']);

/** How often others may change what is there between two calls. */
const TRIES = 5;
