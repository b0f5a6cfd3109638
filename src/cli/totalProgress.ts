import { defer, map, type OperatorFunction, type TimestampProvider } from 'rxjs';
import type { ClientReport } from '../client/events.js';
import { progress, type Progress } from '../operators/index.js';
import { etaOf } from '../operators/progress.js';

/** The progress of all files of a run together. */
export interface Total extends Progress {
  readonly files: number;
  readonly sent: number;
  readonly failed: number;
}

/** A report, and the place of its file in the command line: a file may be given twice. */
export interface PlacedReport {
  readonly place: number;
  readonly report: ClientReport;
}

/**
 * Adds up the progress of several files. Of a file that has failed, only the bytes that were sent count; of one that is
 * sent again, only those of the last attempt.
 *
 * @param sizes the bytes of each file, if they are known; while one is not, the total is unknown
 */
export const totalProgress =
  (
    sizes: readonly (number | undefined)[],
    clock?: TimestampProvider,
  ): OperatorFunction<PlacedReport, Total> =>
  (reports$) =>
    defer(() => {
      const sum = new Sum(sizes);
      return reports$.pipe(
        map(({ place, report }) => {
          sum.add(place, report);
          return sum.bytes;
        }),
        progress(clock && { clock }),
        map((progress): Total => {
          const { sent, failed, total } = sum;
          const eta = etaOf({ ...progress, total });
          return { ...progress, total, eta, files: sizes.length, sent, failed };
        }),
      );
    });

/** Bytes of a file that are sent, and all that it has. */
interface Extent {
  readonly bytes: number;
  readonly size: number | undefined;
}

class Sum {
  bytes = 0;
  sent = 0;
  failed = 0;
  private readonly extents: Extent[];
  private knownBytes = 0;
  private unknownSizes = 0;

  constructor(sizes: readonly (number | undefined)[]) {
    this.extents = sizes.map((size) => ({ bytes: 0, size }));
    for (const extent of this.extents) this.count(extent, 1);
  }

  get total(): number | undefined {
    return this.unknownSizes > 0 ? undefined : this.knownBytes;
  }

  add(place: number, report: ClientReport): void {
    const before = this.extents[place] ?? NOTHING;
    const after = extentAfter(before, report);
    if (report.type === 'sent') this.sent++;
    if (report.type === 'failed') this.failed++;
    this.count(before, -1);
    this.count(after, 1);
    this.extents[place] = after;
  }

  private count({ bytes, size }: Extent, sign: 1 | -1): void {
    this.bytes += sign * bytes;
    if (size === undefined) this.unknownSizes += sign;
    // A file that grows is sent up to its end.
    else this.knownBytes += sign * Math.max(size, bytes);
  }
}

const NOTHING: Extent = { bytes: 0, size: 0 };

function extentAfter({ bytes, size }: Extent, report: ClientReport): Extent {
  switch (report.type) {
    case 'connected':
      return { bytes, size: report.total ?? size };
    case 'progress':
      return { bytes: report.bytes, size };
    case 'retrying':
      return { bytes: 0, size };
    case 'sent':
      return { bytes: report.bytes, size: report.bytes };
    case 'failed':
      return { bytes, size: bytes };
  }
}
