import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Path } from '../../../node/pathText.js';
import type { NameFacts } from '../owner/nameField.js';
import type { Reservations } from '../owner/quota.js';
import type { Backlog } from './backlog.js';
import type { Disk } from './disk.js';
import type { Folders } from './folders.js';
import type { OpenTemporaries } from './openTemporaries.js';
import type { Room } from './room.js';
import type { SameDirectory } from './sameDirectory.js';

/** What all parts of a store share: ten thousand silent connections have a part each. */
export interface Place {
  disk: Disk;
  backlog: Backlog;
  room: Room;
  /** The limits of all files together, if there are any. */
  quota?: Reservations | undefined;
  sameDirectory: Pick<SameDirectory, 'check'>;
  openTemporaries: OpenTemporaries;
  /** The path of a part's temporary file, in the same directory as the published file. */
  temporary(serial: number): Path;
  /** The name of a file below the directory: `7.file`, or with `/` between its components. */
  readonly fileName: (id: number, facts: NameFacts) => string;
  /** How long a file that is complete waits for its number. */
  readonly inTime?: MonoTypeOperatorFunction<FileNumber> | undefined;
  /** The directories in which names stand. */
  folders: Pick<Folders, 'use'>;
  /** Permissions of the files. */
  mode: number;
  /** Whether `open` gives other permissions than it is asked for, for example because of the umask. */
  needsChmod: boolean;
  /** Whether files must survive a power cut. */
  fsync: boolean;
}

/** The number of a file. */
export interface FileNumber {
  readonly id: number;
  /** The highest number of a backup that its name already has. */
  readonly backups?: bigint | undefined;
  /** Another number, if its name is taken. Without it, what has the name becomes a backup. */
  readonly other$?: Observable<FileNumber>;
}
