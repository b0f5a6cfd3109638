import type { Path } from '../../../node/pathText.js';
import type { Backlog } from './backlog.js';
import type { Disk } from './disk.js';
import type { OpenTemporaries } from './openTemporaries.js';
import type { Room } from './room.js';
import type { SameDirectory } from './sameDirectory.js';

/** What all parts of a store share: ten thousand silent connections have a part each. */
export interface Place {
  disk: Disk;
  backlog: Backlog;
  room: Room;
  sameDirectory: Pick<SameDirectory, 'check'>;
  openTemporaries: OpenTemporaries;
  /** The path of a part's temporary file, in the same directory as the published file. */
  temporary(serial: number): Path;
  /** The name in the directory of the file with this number. */
  fileName(id: number): string;
  /** The path of the file with this number. */
  name(id: number): Path;
  /** Permissions of the files. */
  mode: number;
  /** Whether `open` gives other permissions than it is asked for, for example because of the umask. */
  needsChmod: boolean;
  /** The descriptor of the directory, if files must survive a power cut. */
  directoryToSync: number | undefined;
}

/** The number of a file, and the highest number of a backup that its name already has. */
export interface FileNumber {
  readonly id: number;
  readonly backups?: bigint | undefined;
}
