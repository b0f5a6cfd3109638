import type { TimestampProvider } from 'rxjs';
import { QuotaError } from '../../../errors.js';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { eachFile } from '../eachFile.js';
import { lstat } from '../writer/fileCalls.js';
import { runSync, type Steps } from '../writer/steps.js';
import type { Usage } from '../../usage.js';
import type { NameTemplate } from './nameTemplate.js';

export interface QuotaLimits {
  /** Bytes of all files together, backups and `ERROR` included. */
  maxTotal?: number | undefined;
  /** Number of all files, backups and `ERROR` included. */
  maxFiles?: number | undefined;
}

/** What one file takes of a quota: `Quota`, or that of another process. */
export type Reservations = Pick<Quota, 'reserve' | 'reserveMarker' | 'release' | 'save'>;

export interface QuotaOptions extends QuotaLimits {
  directory: Path;
  template: NameTemplate;
  clock?: TimestampProvider;
}

/**
 * The limits of all files of a directory together.
 *
 * A transfer reserves what it writes beforehand, so that many at once do not exceed them together. Other programs
 * take files away, so before a file is refused, they are counted again: at most once a second, and for at most a
 * twentieth of the time.
 *
 * `ERROR` reports that a file is missing, so it may exceed the limits, but only 1,000 times until they are kept again.
 */
export class Quota {
  private readonly maxTotal: number;
  private readonly maxFiles: number;
  private readonly clock: TimestampProvider;
  /** There when they were counted, or saved since. */
  private savedBytes = 0;
  private savedFiles = 0;
  private reservedBytes = 0;
  private reservedFiles = 0;
  private markersBeyond = 0;
  private countAt = -Infinity;

  /** Counts the files. Throws if that fails. */
  constructor(private readonly options: QuotaOptions) {
    const { maxTotal = Infinity, maxFiles = Infinity, clock = performance } = options;
    this.maxTotal = maxTotal;
    this.maxFiles = maxFiles;
    this.clock = clock;
    runSync(this.count());
  }

  /** Reserves bytes of a transfer, or a new file, or both. Throws QuotaError. */
  *reserve(bytes: number, files: number): Steps<void> {
    const exceeded = yield* this.exceeded(bytes, files);
    if (exceeded) throw exceeded;
    this.release(-bytes, -files);
  }

  /** Reserves a new `ERROR`. Throws QuotaError. */
  *reserveMarker(bytes: number): Steps<void> {
    const exceeded = yield* this.exceeded(bytes, 1);
    if (exceeded && this.markersBeyond === MARKERS_BEYOND) throw exceeded;
    if (exceeded) this.markersBeyond++;
    this.release(-bytes, -1);
  }

  /** Gives back what was reserved. */
  release(bytes: number, files: number): void {
    this.reservedBytes -= bytes;
    this.reservedFiles -= files;
  }

  /** Adds what was saved, or subtracts what was removed. */
  save(bytes: number, files: number): void {
    this.savedBytes += bytes;
    this.savedFiles += files;
  }

  /** What there is, and what transfers in flight have reserved. */
  get usage(): Usage {
    return {
      ...(this.maxTotal < Infinity && { bytes: this.savedBytes + this.reservedBytes }),
      files: this.savedFiles + this.reservedFiles,
    };
  }

  /** Counts the files again: a process has died that may not have reported all. */
  recount(): Steps<void> {
    return this.count();
  }

  /** Counts the files again if a limit is reached. */
  *refresh(): Steps<void> {
    yield* this.exceeded(1, 1);
  }

  private *exceeded(bytes: number, files: number): Steps<QuotaError | undefined> {
    if (this.limitFor(bytes, files) && this.clock.now() >= this.countAt) yield* this.count();
    return this.limitFor(bytes, files);
  }

  /** The limit that would be exceeded. */
  private limitFor(bytes: number, files: number): QuotaError | undefined {
    const { maxTotal, maxFiles } = this;
    if (bytes > 0 && this.savedBytes + this.reservedBytes + bytes > maxTotal)
      return new QuotaError('maxTotal', maxTotal);
    if (files > 0 && this.savedFiles + this.reservedFiles + files > maxFiles)
      return new QuotaError('maxFiles', maxFiles);
    return undefined;
  }

  /** A file that is saved while this waits for a slow disk is rather counted twice than not at all. */
  private *count(): Steps<void> {
    const { directory, template } = this.options;
    const [since, bytesBefore, filesBefore] = [this.clock.now(), this.savedBytes, this.savedFiles];
    this.countAt = Infinity;
    let [bytes, files] = [0, 0];
    const countFile = (path: Path, isFile: boolean) => {
      files++;
      return isFile && this.maxTotal < Infinity ? addSize(path) : undefined;
    };
    function* addSize(path: Path): Steps<void> {
      bytes += yield* sizeOf(path);
    }
    try {
      yield* eachFile(directory, template, { file: ({ path, isFile }) => countFile(path, isFile) });
      this.savedBytes += bytes - bytesBefore;
      this.savedFiles += files - filesBefore;
      if (this.savedBytes <= this.maxTotal && this.savedFiles <= this.maxFiles)
        this.markersBeyond = 0;
    } finally {
      const now = this.clock.now();
      this.countAt = now + Math.max(COUNT_MS, COUNT_SHARE * (now - since));
    }
  }
}

/** The size of a file that may be gone by now. */
function* sizeOf(path: Path): Steps<number> {
  try {
    return Number((yield* lstat(path)).size);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

const COUNT_MS = 1_000;
/** The time between two counts, in times of a count. */
const COUNT_SHARE = 20;
const MARKERS_BEYOND = 1_000;
