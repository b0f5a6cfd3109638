import { closeSync, constants, existsSync, lstatSync, renameSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { append, entryOf } from '../path.js';
import { fchmod, fsync, mkdir, modeOf, open } from './fileCalls.js';
import type { Steps } from './steps.js';

export interface FoldersOptions {
  readonly directory: Path;
  /** Permissions of the files. */
  readonly mode: number;
  /** The descriptor of the directory, if files must survive a power cut. */
  readonly directoryToSync: number | undefined;
  /** Whether the system names open descriptors by a path, as Linux does. */
  readonly hasProc?: boolean;
  readonly sync?: (fd: number) => Steps<void>;
}

/** Steps with the path of a file, and the descriptor of its directory if that must be synced. */
type InFolder = (path: Path, directoryToSync: number | undefined) => Steps<void>;

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
  private readonly sync: (fd: number) => Steps<void>;
  /** Names of directories whose entry in the one above survives a power cut. */
  private readonly synced = new Set<string>();

  constructor({
    directory,
    mode,
    directoryToSync,
    hasProc = existsSync(FD),
    sync = fsync,
  }: FoldersOptions) {
    this.directory = directory;
    this.directoryToSync = directoryToSync;
    // If files can be read, directories can be entered; and the server has to write there in any case.
    this.mode = mode | ((mode & 0o444) >> 2) | 0o700;
    this.hasProc = hasProc;
    this.sync = sync;
  }

  /** Runs steps in the directory of a name, which has `/` between its components. */
  use(name: string, steps: InFolder): Steps<void> {
    return name.includes('/')
      ? this.useBelow(name.split('/'), steps)
      : steps(entryOf(this.directory, name), this.directoryToSync);
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
    let name = first;
    let folder = yield* this.open(entryOf(this.directory, first), name, this.directoryToSync);
    for (const inner of others) {
      const { path, fd } = folder;
      name += `/${inner}`;
      try {
        folder = yield* this.open(entryOf(path, inner), name, fd);
      } finally {
        closeSync(fd);
      }
    }
    return folder;
  }

  /** Opens a directory, which it makes if it is missing. Whatever else has its name is moved aside (S12). */
  private *open(path: Path, name: string, outer: number | undefined): Steps<Folder> {
    let isNew = false;
    for (let tries = 1; ; tries++) {
      try {
        const fd = yield* open(path, FOLDER);
        yield* this.finish(fd, { isNew, name, outer });
        return { fd, path: this.hasProc ? `${FD}/${fd}` : path };
      } catch (error) {
        if (tries === TRIES) throw error;
        if (codeOf(error) === 'ENOENT') isNew = yield* this.make(path, name);
        else if (NO_FOLDER.has(codeOf(error))) moveAside(path);
        else throw error;
      }
    }
  }

  private *make(path: Path, name: string): Steps<boolean> {
    this.synced.delete(name);
    try {
      yield* mkdir(path, this.mode);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** The umask may have taken permissions; what the directory above hands down (setgid) stays. */
  private *finish(fd: number, { isNew, name, outer }: Opened): Steps<void> {
    try {
      if (isNew) {
        const mode = yield* modeOf(fd);
        if ((mode & 0o777) !== this.mode) yield* fchmod(fd, this.mode | (mode & 0o7000));
      }
      if (this.directoryToSync === undefined || outer === undefined || this.synced.has(name))
        return;
      yield* this.sync(outer);
      this.synced.add(name);
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

interface Opened {
  readonly isNew: boolean;
  /** Its name below the directory of the files. */
  readonly name: string;
  /** The descriptor of the directory above. */
  readonly outer: number | undefined;
}

/** Within one call: between two file calls, another part may put its directory there. */
function moveAside(path: Path): void {
  if (isDirectory(path) !== false) return;
  let number = 1;
  while (isDirectory(append(path, `.~${number}~`)) !== undefined) number++;
  renameSync(path, append(path, `.~${number}~`));
}

/** `undefined` if there is nothing. */
const isDirectory = (path: Path): boolean | undefined =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory();

const FD = '/proc/self/fd';
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
const FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** Why something that is no directory, or a link to one, cannot be opened as one. */
const NO_FOLDER: ReadonlySet<unknown> = new Set(['ENOTDIR', 'ELOOP', 'EMLINK']);

/** How often others may change what is there between two calls. */
const TRIES = 5;
