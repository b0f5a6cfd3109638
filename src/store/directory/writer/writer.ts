import { statfsSync, statSync } from 'node:fs';
import type { Observable } from 'rxjs';
import type { Part } from '../../store.js';
import type { Path } from '../../../node/pathText.js';
import type { NameFacts } from '../owner/nameField.js';
import { Backlog } from './backlog.js';
import { blockSize } from './blockSize.js';
import { filePart } from './filePart.js';
import { Folders } from './folders.js';
import { OpenTemporaries } from './openTemporaries.js';
import type { FileNumber, Place } from './place.js';
import { reserveOf } from './reserve.js';
import { Room } from './room.js';
import { SameDirectory } from './sameDirectory.js';

export interface WriterOptions extends Pick<
  Place,
  'disk' | 'temporary' | 'fileName' | 'mode' | 'needsChmod' | 'quota' | 'inTime'
> {
  readonly directory: Path;
  /** The descriptor of the directory, if files must survive a power cut. */
  readonly directoryToSync: number | undefined;
  /** Bytes of the disk that files leave free. Default: 64 MiB, or 5 % of a small disk. */
  readonly minFree: number | undefined;
}

/** Writes the files of a directory. Its owner names the temporary files and numbers the files. */
export interface Writer {
  /**
   * @param number the number of the file; an Observable is subscribed at the end of the file
   * @param facts what its name may have of the connection
   */
  readonly begin: (number: FileNumber | Observable<FileNumber>, facts?: NameFacts) => Part;
  /** Touches the temporary files that are open. */
  readonly touch: () => void;
}

export function writer({ directory, directoryToSync, minFree, ...options }: WriterOptions): Writer {
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
    backlog: new Backlog(BACKLOG_BYTES),
    room: new Room({
      path: directory,
      blockSize: blockBytes,
      minFree: minFree ?? reserve,
      minFreeForMarker: reserve / 2,
    }),
    sameDirectory: new SameDirectory(directory, statSync(directory, { bigint: true })),
  };
  let serial = 0;
  return {
    begin: (number, facts) => filePart(++serial, number, place, facts),
    touch: () => {
      openTemporaries.touch();
    },
  };
}

const MiB = 2 ** 20;

/** Much less keeps a slow disk busy, and a small machine can spare this much. */
const BACKLOG_BYTES = 64 * MiB;
