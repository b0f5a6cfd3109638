import { type MonoTypeOperatorFunction, type Observable, throwError } from 'rxjs';
import { StoreError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';
import { inTime } from '../../ids/inTime.js';
import type { Numbers } from '../../numbers.js';
import type { FileNumber } from '../writer/place.js';
import { removeAbandoned } from './abandoned.js';
import { lateNumbers } from './lateNumbers.js';
import type { NameFacts } from './nameField.js';
import type { NameTemplate } from './nameTemplate.js';
import { Quota, type QuotaLimits } from './quota.js';
import { survey } from './survey.js';
import { Temporaries } from './temporaries.js';
import { tryOut } from './tryOut.js';

export interface OwnOptions extends QuotaLimits {
  readonly mode: number;
  /** The directory, open, if it is to be synced. */
  readonly directoryToSync: number | undefined;
  /** Continue after the highest existing number, instead of starting at 1. */
  readonly continue: boolean;
  readonly template: NameTemplate;
  /** Numbers from elsewhere, instead of 1, 2, 3. */
  readonly numbers?: Numbers | undefined;
}

/** What the owner of a directory decides for the writer of its files. */
export interface Owned {
  /** Returns the next number, or an Observable of it, which errors if no number is left. */
  readonly nextNumber: (facts: NameFacts) => FileNumber | Observable<FileNumber>;
  /** How long a file that is complete waits for its number. */
  readonly inTime: MonoTypeOperatorFunction<FileNumber> | undefined;
  /** The names of temporary files. */
  readonly temporaries: Temporaries;
  /** The path of the temporary file with this serial. */
  readonly temporary: (serial: number) => Path;
  /** The highest number that a file had at the start. */
  readonly highest: number;
  /** The name of a file below the directory, with `/` between its components. */
  readonly fileName: (id: number, facts: NameFacts) => string;
  /** Whether `open` gives other permissions than it is asked for. */
  readonly needsChmod: boolean;
  /** The limits of all files together, if there are any. */
  readonly quota: Quota | undefined;
}

/**
 * Takes over a locked directory: removes the temporary files of killed runs, and tries what commits will do. Throws.
 */
export function own(directory: Path, options: OwnOptions): Owned {
  const { mode, directoryToSync, template, maxTotal = Infinity, maxFiles = Infinity } = options;
  const temporaries = new Temporaries();
  const temporary = (serial: number) => entryOf(directory, temporaries.nameOf(serial));
  if (Buffer.byteLength(directory) + template.bytes > PATH_BYTES)
    throw new Error(`its files may get paths of more than ${PATH_BYTES} bytes`);

  const { highest, backups, foreign } = survey(directory, temporaries, template);
  if (options.continue && highest === Number.MAX_SAFE_INTEGER) throw noNumberLeft();
  const trial = { temporary: temporary(0), name: temporary(1), mode, directoryToSync };
  const { needsChmod, now } = tryOut(trial);
  removeAbandoned(directory, foreign, now);
  const isLimited = maxTotal < Infinity || maxFiles < Infinity;

  let last = options.continue ? highest : 0;
  const count = (facts: NameFacts) => {
    if (last === Number.MAX_SAFE_INTEGER)
      return throwError(() => new StoreError({ cause: noNumberLeft() }));
    const id = ++last;
    return backups.size === 0 ? { id } : { id, backups: backups.get(template.fill(id, facts)) };
  };
  const { numbers } = options;
  return {
    nextNumber: numbers ? lateNumbers(numbers) : count,
    inTime: numbers && inTime(numbers),
    temporaries,
    temporary,
    highest,
    fileName: template.fill,
    needsChmod,
    quota: isLimited ? new Quota({ directory, template, maxTotal, maxFiles }) : undefined,
  };
}

const noNumberLeft = (): Error => new Error(`no number is left after ${Number.MAX_SAFE_INTEGER}`);

/** PATH_MAX of Linux, without the NUL. */
const PATH_BYTES = 4_095;
