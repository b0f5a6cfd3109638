import { closeSync, openSync } from 'node:fs';
import {
  defer,
  type Observable,
  Subscription,
  switchMap,
  type TimestampProvider,
  using,
} from 'rxjs';
import { DirectoryError } from '../../errors.js';
import { type Path, pathText } from '../../node/pathText.js';
import { requireRange } from '../../operators/requireRange.js';
import type { Origin } from '../store.js';
import type { DirectoryStoreOptions } from './directoryStore.js';
import { lock } from './owner/lock.js';
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
  /** The descriptor of the lock, if it has one. */
  readonly lock: number | undefined;
}

/**
 * Locks and surveys a directory while subscribed.
 *
 * @throws DirectoryError, DirectoryInUseError
 */
export function openDirectory<T>(
  options: DirectoryStoreOptions,
  use: (opened: OpenDirectory) => Observable<T>,
): Observable<T> {
  const { maxTotal = Infinity, maxFiles = Infinity, name = DEFAULT_NAME } = options;
  return defer(() => {
    const template = nameTemplate(name);
    requireRange('maxTotal', maxTotal, 0);
    requireRange('maxFiles', maxFiles, 0);
    const directory = absolute(options.path);
    const files = disk();
    // The lock is held until the last file call has ended, so that no other server writes meanwhile.
    const { settle: beforeRelease } = files;
    return asDirectoryError(directory, () => lock(directory, { beforeRelease })).pipe(
      switchMap((lock) => open(directory, files, template, options, lock, use)),
    );
  });
}

/** The owner numbers the files, and the writer writes them. */
const open = <T>(
  directory: Path,
  disk: Disk,
  template: NameTemplate,
  {
    mode = 0o600,
    fsync = false,
    minFree,
    continue: continueNumbers = false,
    wallClock = Date,
    maxTotal,
    maxFiles,
  }: DirectoryStoreOptions,
  lock: number | undefined,
  use: (opened: OpenDirectory) => Observable<T>,
): Observable<T> =>
  using(
    () =>
      asDirectoryError(directory, () => new DirectoryToSync(fsync ? directory : undefined, disk)),
    (opened) => {
      const { fd: directoryToSync } = opened as DirectoryToSync;
      return asDirectoryError(directory, () => {
        const owned = own(directory, {
          ...{ mode, template, maxTotal, maxFiles, directoryToSync },
          continue: continueNumbers,
        });
        const { temporary, fileName, needsChmod, quota } = owned;
        const writerOptions = {
          ...{ directory, disk, mode, directoryToSync, minFree },
          ...{ temporary, fileName, needsChmod, quota },
        };
        const factsOf = nameFacts(template, wallClock);
        return use({ owned, writer: writer(writerOptions), writerOptions, factsOf, lock });
      });
    },
  );

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

/** The open directory, closed after the last file call. */
export class DirectoryToSync extends Subscription {
  readonly fd: number | undefined;

  constructor(directory: Path | undefined, disk: Disk) {
    const fd = directory === undefined ? undefined : openSync(directory, 'r');
    super(() => {
      disk.settle(() => {
        if (fd !== undefined) closeSync(fd);
      });
    });
    this.fd = fd;
  }
}

function asDirectoryError<T>(path: Path, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}
