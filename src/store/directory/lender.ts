import { lstatSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { finalize, isObservable, merge, type Observable, of, shareReplay, switchMap } from 'rxjs';
import { StoreError } from '../../errors.js';
import type { Path } from '../../node/pathText.js';
import type { Origin, Part, Store } from '../store.js';
import { type DirectoryStoreOptions, touchRegularly, usageOf } from './directoryStore.js';
import { openDirectory, type OpenDirectory } from './openDirectory.js';
import type { NameFacts } from './owner/nameField.js';
import type { QuotaLimits } from './owner/quota.js';
import { DEFAULT_NAME } from './owner/nameTemplate.js';
import { entryOf } from './path.js';
import { lendQuota } from './lentQuota.js';
import { type Loan, loanOf } from './writer/loan.js';
import type { FileNumber } from './writer/place.js';
import type { Inode } from './writer/sameDirectory.js';

/** The owner of a directory in which other processes write. */
export interface Lender {
  /** Numbers the file of a connection, which a borrower writes. Throws if no number is left. */
  readonly begin: (origin: Origin) => LentFile;
  /** Writes files in this process, with numbers of the same count. */
  readonly store: Store;
  readonly terms: LendingTerms;
  /** Answers the requests of a borrower about the limits of all files, if there are any. */
  readonly lendQuota?: (line: Duplex) => void;
  /** The descriptor of the lock, if it has one: a process that inherits it holds the lock, too. */
  readonly lockFd: number | undefined;
}

/** A file that another process writes. */
export interface LentFile extends Pick<Part, 'id$' | 'fileName'> {
  readonly id: number;
  readonly loan: Loan;
  /** Where its bytes are until it is published. */
  readonly path: Path;
  /** The other process has finished it. */
  readonly settle: () => void;
  /**
   * Finishes it after the other process has died. Emits its size if it was published, and `undefined` if it is `ERROR`
   * now.
   */
  recover(): Observable<number | undefined>;
}

/** How all files of a directory are written, as plain data for the processes that write them. */
export interface LendingTerms {
  readonly directory: Path;
  readonly inode: Inode;
  readonly name: string;
  readonly mode: number;
  readonly needsChmod: boolean;
  readonly fsync: boolean;
  readonly minFree: number | undefined;
  /** The limits of all files together, if there are any. */
  readonly limits: QuotaLimits | undefined;
  /** The scope and the run in the names of temporary files. */
  readonly scope: string;
  readonly run: string;
}

/**
 * Locks a directory like `directoryStore`, and numbers its files, but leaves their writing to other processes
 * (`borrower`). The lock is held until the last file has been settled.
 *
 * @throws DirectoryError, DirectoryInUseError
 */
export const lender = (options: DirectoryStoreOptions): Observable<Lender> =>
  openDirectory(options).pipe(
    switchMap((opened) =>
      merge(of(lenderOf(opened, options)), touchRegularly(opened.writer.touch)),
    ),
  );

function lenderOf(
  opened: OpenDirectory,
  { name = DEFAULT_NAME, maxTotal, maxFiles }: DirectoryStoreOptions,
): Lender {
  const { owned, writer, writerOptions, factsOf, lock } = opened;
  const { directory, disk, mode, minFree, directoryToSync } = writerOptions;
  const { dev, ino } = lstatSync(directory, { bigint: true });
  const { quota } = owned;
  let serial = 0;
  return {
    begin(origin) {
      const facts = factsOf(origin);
      const number = owned.nextNumber(facts);
      if (isObservable(number)) throw new StoreError({ cause: new Error('no number is left') });
      const loan = loanOf(++serial, number, facts);
      const before = number.id > owned.highest ? undefined : taken(opened, number, facts);
      const settle = once(disk.hold());
      const recoverOnce = () =>
        writer
          .recover(loan, before)
          .pipe(finalize(settle), shareReplay({ bufferSize: 1, refCount: false }));
      let recovered$: Observable<number | undefined> | undefined;
      return {
        id: number.id,
        id$: of(number.id),
        fileName: (id) => owned.fileName(id, facts),
        loan,
        path: writerOptions.temporary(loan.serial),
        settle,
        // Who unsubscribes may ask again, while the first recovery still waits for the disk.
        recover: () => (recovered$ ??= recoverOnce()),
      };
    },
    ...(quota && {
      lendQuota: (line: Duplex) => {
        lendQuota(line, quota, disk);
      },
    }),
    store: {
      usage$: quota && usageOf(quota, disk),
      begin(origin) {
        const facts = factsOf(origin);
        return writer.begin(owned.nextNumber(facts), facts, ++serial);
      },
    },
    lockFd: lock.socketFd,
    terms: {
      ...{ directory, inode: { dev, ino }, name, mode, minFree },
      ...{ needsChmod: owned.needsChmod, fsync: directoryToSync !== undefined },
      ...{ scope: owned.temporaries.scope, run: owned.temporaries.run },
      limits: quota && { maxTotal, maxFiles },
    },
  };
}

/** What has the name of a file before it is written. */
function taken(
  { owned, writerOptions: { directory } }: OpenDirectory,
  { id }: FileNumber,
  facts: NameFacts,
): Inode | undefined {
  const path = entryOf(directory, owned.fileName(id, facts));
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
