import { closeSync, openSync } from 'node:fs';
import { merge, type Observable, of, Subscription, using } from 'rxjs';
import type { Path } from '../../node/pathText.js';
import type { Part } from '../store.js';
import { touchRegularly } from './directoryStore.js';
import type { LendingTerms } from './lender.js';
import type { Reservations } from './owner/quota.js';
import { nameTemplate } from './owner/nameTemplate.js';
import { Temporaries } from './owner/temporaries.js';
import { entryOf } from './path.js';
import { type Disk, disk } from './writer/disk.js';
import { type Loan, numberOf } from './writer/loan.js';
import { writer } from './writer/writer.js';

/** Begins the part of a file that was lent. */
export type Borrow = (loan: Loan) => Part;

/**
 * Writes files that a `lender` in another process numbers.
 *
 * @param writers how many processes do so at the same time
 */
export const borrower = (
  terms: LendingTerms,
  writers: number,
  files: Disk = disk(),
  quota?: Reservations,
): Observable<Borrow> => {
  const { directory, mode, needsChmod, minFree, inode } = terms;
  const temporaries = new Temporaries(terms.scope, terms.run);
  return using(
    () => new DirectoryToSync(terms.fsync ? directory : undefined, files),
    (opened) => {
      const { begin, touch } = writer({
        ...{ directory, mode, needsChmod, minFree, inode, writers, disk: files, quota },
        directoryToSync: (opened as DirectoryToSync).fd,
        temporary: (serial) => entryOf(directory, temporaries.nameOf(serial)),
        fileName: nameTemplate(terms.name).fill,
      });
      const borrow: Borrow = (loan) => begin(numberOf(loan), loan.facts, loan.serial);
      return merge(of(borrow), touchRegularly(touch));
    },
  );
};

/** The open directory, closed after the last file call. */
class DirectoryToSync extends Subscription {
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
