import { defer, map, type Observable, type TimestampProvider } from 'rxjs';
import { DirectoryError } from '../../errors.js';
import { type Path, pathText } from '../../node/pathText.js';
import { requireRange } from '../../operators/requireRange.js';
import type { Origin } from '../store.js';
import type { DirectoryStoreOptions } from './directoryStore.js';
import { type Lock, lock } from './owner/lock.js';
import { type NameFacts, NO_FACTS } from './owner/nameField.js';
import { DEFAULT_NAME, type NameTemplate, nameTemplate } from './owner/nameTemplate.js';
import { own, type Owned } from './owner/own.js';
import { absolute } from './path.js';
import { type Disk, disk } from './writer/disk.js';
import { type Writer, writer, type WriterOptions } from './writer/writer.js';

/** A directory that is locked and surveyed. */
export interface OpenDirectory {
  readonly owned: Owned;
  readonly writer: Writer;
  readonly writerOptions: WriterOptions;
  /** What the names of files may have of a connection. */
  readonly factsOf: (origin: Origin) => NameFacts;
  readonly lock: Lock;
}

/**
 * Locks and surveys a directory while subscribed.
 *
 *     openDirectory({ path })  O-----------
 *     locked                   ^----------!
 *
 * @throws DirectoryError, DirectoryInUseError
 */
export function openDirectory(options: DirectoryStoreOptions): Observable<OpenDirectory> {
  return defer(() => {
    const { maxTotal = Infinity, maxFiles = Infinity, name = DEFAULT_NAME } = options;
    const template = nameTemplate(name);
    requireRange('maxTotal', maxTotal, 0);
    requireRange('maxFiles', maxFiles, 0);
    const directory = absolute(options.path);
    const files = disk();
    // The lock is held until the last file call has ended, so that no other server writes meanwhile.
    const { settle: beforeRelease } = files;
    return lock(directory, { beforeRelease }).pipe(
      map((lock) =>
        asDirectoryError(directory, () => open(directory, files, template, lock, options)),
      ),
    );
  });
}

/** The owner numbers the files, and the writer writes them. Throws DirectoryError. */
function open(
  directory: Path,
  disk: Disk,
  template: NameTemplate,
  lock: Lock,
  {
    mode = 0o600,
    fsync = false,
    minFree,
    continue: continueNumbers = false,
    numbers,
    wallClock = Date,
    maxTotal = Infinity,
    maxFiles = Infinity,
  }: DirectoryStoreOptions,
): OpenDirectory {
  const directoryToSync = fsync ? lock.directoryFd : undefined;
  const owned = own(directory, {
    ...{ mode, template, numbers, maxTotal, maxFiles, directoryToSync },
    continue: continueNumbers,
  });
  const { temporary, fileName, inTime, needsChmod, quota } = owned;
  const writerOptions = {
    ...{ directory, disk, mode, directoryToSync, minFree },
    ...{ temporary, fileName, inTime, needsChmod, quota },
  };
  const factsOf = nameFacts(template, wallClock);
  return { owned, writer: writer(writerOptions), writerOptions, factsOf, lock };
}

/** What the names of a template may have of a connection. */
const nameFacts = (
  { needsFacts, needsTime }: NameTemplate,
  wallClock: TimestampProvider,
): ((origin: Origin) => NameFacts) =>
  needsFacts
    ? ({ peer, client }) => ({
        peer,
        commonName: client?.name,
        at: needsTime ? wallClock.now() : undefined,
      })
    : () => NO_FACTS;

function asDirectoryError<T>(path: Path, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}
