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
  /** Continue after the highest existing number, instead of starting at 1. */
  readonly continue: boolean;
}

/** What the owner of a directory decides for the writer of its files. */
export interface Owned {
  /** Returns the next number, or an Observable of it, which errors if no number is left. */
  readonly nextNumber: () => FileNumber | Observable<FileNumber>;
  /** The path of the temporary file with this serial. */
  temporary(serial: number): Path;
  /** The name in the directory of the file with this number. */
  fileName(id: number): string;
  /** The path of the file with this number. */
  name(id: number): Path;
  /** Whether `open` gives other permissions than it is asked for. */
  readonly needsChmod: boolean;
}

/** Takes over a locked directory: removes the temporary files of killed runs, and tries what commits will do. Throws. */
export function own(directory: Path, options: OwnOptions): Owned {
  const { mode, directoryToSync } = options;
  const temporaries = new Temporaries();
  const temporary = (serial: number) => entryOf(directory, temporaries.nameOf(serial));
  const fileName = (id: number) => `${id}.file`;
  const name = (id: number) => entryOf(directory, fileName(id));

  const { highest, backups, foreign } = survey(directory, temporaries);
  if (options.continue && highest === Number.MAX_SAFE_INTEGER) throw noNumberLeft();
  const trial = { temporary: temporary(0), name: temporary(1), mode, directoryToSync };
  const { needsChmod, now } = tryOut(trial);
  removeAbandoned(directory, foreign, now);

  let last = options.continue ? highest : 0;
  return {
    nextNumber() {
      if (last === Number.MAX_SAFE_INTEGER)
        return throwError(() => new StoreError({ cause: noNumberLeft() }));
      const id = ++last;
      return { id, backups: backups.get(id) };
    },
    temporary,
    fileName,
    name,
    needsChmod,
  };
}

const noNumberLeft = (): Error =>
  new Error(`no number is left after ${Number.MAX_SAFE_INTEGER}.file`);
