import { type Observable, throwError } from 'rxjs';
import { StoreError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';
import type { FileNumber } from '../writer/place.js';
import { removeAbandoned } from './abandoned.js';
import { survey } from './survey.js';
import { Temporaries } from './temporaries.js';
import { tryOut } from './tryOut.js';

export interface OwnOptions {
  readonly mode: number;
  /** The directory, open, if it is to be synced. */
  readonly directoryToSync: number | undefined;
  /** Count on from the highest number there is, instead of from 1. */
  readonly continue: boolean;
}

/** What the owner of a directory knows and decides, for whoever writes its files. */
export interface Owned {
  /** The next number, in the order of the calls, at once or later; errors if there is none. */
  readonly next: () => FileNumber | Observable<FileNumber>;
  /** The path of the temporary with a serial. */
  temporary(serial: number): Path;
  /** The name of the file with this number, and its path. */
  fileName(id: number): string;
  name(id: number): Path;
  /** Whether `open` cannot be trusted to give files their permissions. */
  readonly needsChmod: boolean;
}

/** Takes over a directory that is locked: removes what killed runs left, and tries what commits will do. Throws. */
export function own(directory: Path, options: OwnOptions): Owned {
  const { mode, directoryToSync } = options;
  const temporaries = new Temporaries();
  const temporary = (serial: number) => entryOf(directory, temporaries.nameOf(serial));
  const fileName = (id: number) => `${id}.file`;
  const name = (id: number) => entryOf(directory, fileName(id));

  const { highest, backups, foreign } = survey(directory, temporaries);
  if (options.continue && highest === Number.MAX_SAFE_INTEGER) throw noNumber();
  const trial = { temporary: temporary(0), name: temporary(1), mode, directoryToSync };
  const { needsChmod, now } = tryOut(trial);
  removeAbandoned(directory, foreign, now);

  let last = options.continue ? highest : 0;
  return {
    next() {
      if (last === Number.MAX_SAFE_INTEGER)
        return throwError(() => new StoreError({ cause: noNumber() }));
      const id = ++last;
      return { id, backups: backups.get(id) };
    },
    temporary,
    fileName,
    name,
    needsChmod,
  };
}

const noNumber = (): Error => new Error(`no number is left after ${Number.MAX_SAFE_INTEGER}.file`);
