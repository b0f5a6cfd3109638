import { statfsSync, statSync } from 'node:fs';
import type { Observable } from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import type { NameFacts } from '../owner/nameField.js';
import { Backlog } from './backlog.js';
import { blockSize } from './blockSize.js';
import { type FilePart, filePart } from './filePart.js';
import { Folders } from './folders.js';
import { OpenTemporaries } from './openTemporaries.js';
import type { FileNumber, Place } from './place.js';
import type { Loan } from './loan.js';
import { recover } from './recover.js';
import { reserveOf } from './reserve.js';
import { Room } from './room.js';
import { type Inode, SameDirectory } from './sameDirectory.js';

export interface WriterOptions extends Pick<
  Place,
  'disk' | 'temporary' | 'fileName' | 'mode' | 'needsChmod' | 'quota' | 'inTime'
> {
  readonly directory: Path;
  /** The descriptor of the directory, if files must survive a power cut. */
  readonly directoryToSync: number | undefined;
  /** Bytes of the disk that files leave free. Default: 64 MiB, or 5 % of a small disk. */
  readonly minFree: number | undefined;
  /** The directory that was locked; by default what the path leads to now. */
  readonly inode?: Inode | undefined;
  /** How many processes write in it, and share the memory for what waits to be written. */
  readonly writers?: number | undefined;
}

/** Writes the files of a directory. Its owner names the temporary files and numbers the files. */
export interface Writer {
  /**
   * @param number the number of the file; an Observable is subscribed at the end of the file
   * @param facts what its name may have of the connection
   * @param serial names its temporary file; by default the next one
   */
  readonly begin: (
    number: FileNumber | Observable<FileNumber>,
    facts?: NameFacts,
    serial?: number,
  ) => FilePart;
  /** Finishes a file whose process has died. */
  readonly recover: (loan: Loan, before?: Inode) => Observable<number | undefined>;
  /** Touches the temporary files that are open. */
  readonly touch: () => void;
}

export function writer({
  directory,
  directoryToSync,
  minFree,
  inode,
  writers = 1,
  ...options
}: WriterOptions): Writer {
  const blockBytes = blockSize(directory);
  const { blocks } = statfsSync(directory);
  if (blocks === 0 && minFree) throw new Error('it does not say how much is free (--min-free)');
  const reserve = reserveOf(blocks * blockBytes);
  const openTemporaries = new OpenTemporaries();
  const place: Place = {
    ...options,
    openTemporaries,
    fsync: directoryToSync !== undefined,
    folders: new Folders({ directory, directoryToSync, mode: options.mode }),
    backlog: new Backlog(BACKLOG_BYTES / writers),
    room: new Room({
      path: directory,
      blockSize: blockBytes,
      minFree: minFree ?? reserve,
      minFreeForMarker: reserve / 2,
    }),
    sameDirectory: new SameDirectory(directory, inode ?? statSync(directory, { bigint: true })),
  };
  let serial = 0;
  return {
    begin: (number, facts, named = ++serial) => filePart(named, number, place, facts),
    recover: (loan, before) => recover(loan, place, before),
    touch: () => {
      openTemporaries.touch();
    },
  };
}

const MiB = 2 ** 20;

/** Much less keeps a slow disk busy, and a small machine can spare this much. */
const BACKLOG_BYTES = 64 * MiB;
