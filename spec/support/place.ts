import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Backlog } from '../../src/store/directory/writer/backlog.js';
import { disk } from '../../src/store/directory/writer/disk.js';
import { Folders } from '../../src/store/directory/writer/folders.js';
import { OpenTemporaries } from '../../src/store/directory/writer/openTemporaries.js';
import type { Place } from '../../src/store/directory/writer/place.js';
import { Room } from '../../src/store/directory/writer/room.js';
import { SameDirectory } from '../../src/store/directory/writer/sameDirectory.js';

/** What the parts of a directory share: unlimited, on a fast disk, and synced if `directoryToSync` is given. */
export const placeIn = (directory: string, directoryToSync?: number): Place => ({
  disk: disk(),
  backlog: new Backlog(Infinity),
  room: new Room({ path: directory, blockSize: 1, minFree: 0 }),
  sameDirectory: new SameDirectory(directory, statSync(directory, { bigint: true })),
  openTemporaries: new OpenTemporaries(),
  temporary: (serial) => join(directory, `.${serial}.part`),
  fileName: (id) => `${id}.file`,
  folders: new Folders({ directory, mode: 0o600, directoryToSync }),
  mode: 0o600,
  needsChmod: false,
  fsync: directoryToSync !== undefined,
});
