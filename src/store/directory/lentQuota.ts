import { readSync, writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { QuotaError } from '../../errors.js';
import type { Quota, QuotaLimits, Reservations } from './owner/quota.js';
import type { Disk } from './writer/disk.js';
import { type Done, fileCall, type Steps } from './writer/steps.js';

/**
 * The limits of all files, in a process that writes some of them. It asks the owner before it writes, and waits for the
 * answer in the same call, as for a file call: the owner answers at once, and what was reserved is exact.
 */
export class LentQuota implements Reservations {
  private readonly answer = new Uint8Array(1);

  /** @param line the descriptor of a stream to the owner, which blocks */
  constructor(
    private readonly line: number,
    private readonly limits: QuotaLimits,
  ) {}

  reserve(bytes: number, files: number): Steps<void> {
    return this.ask(RESERVE, bytes, files);
  }

  reserveMarker(bytes: number): Steps<void> {
    return this.ask(RESERVE_MARKER, bytes, 1);
  }

  release(bytes: number, files: number): void {
    if (bytes !== 0 || files !== 0) this.send(RELEASE, bytes, files);
  }

  save(bytes: number, files: number): void {
    this.send(SAVE, bytes, files);
  }

  /** The owner needs no thread of the pool for its answer. */
  private ask(what: number, bytes: number, files: number): Steps<void> {
    const exchange = () => {
      this.send(what, bytes, files);
      // Without an owner, nobody counts any more, and the last files can be finished.
      const verdict = readSync(this.line, this.answer) === 0 ? GRANTED : this.answer[0];
      if (verdict === GRANTED) return;
      const option = LIMITS[(verdict ?? 0) - 1];
      if (option === undefined)
        throw new Error('the owner of the directory cannot count its files');
      throw new QuotaError(option, this.limits[option] ?? 0);
    };
    return fileCall(exchange, (done: Done<void>) => {
      try {
        exchange();
        done(null);
      } catch (error) {
        done(error as Error);
      }
    })();
  }

  private send(what: number, bytes: number, files: number): void {
    try {
      writeSync(this.line, new Uint8Array(Float64Array.of(what, bytes, files).buffer));
    } catch {
      // The owner has died.
    }
  }
}

/** Answers the requests of a `LentQuota`. When it ends, what it had reserved is free again. */
export function lendQuota(line: Duplex, quota: Quota, disk: Disk): void {
  /** What it has reserved. */
  let [bytes, files] = [0, 0];
  let rest: Buffer = Buffer.alloc(0);
  const release = (fewerBytes: number, fewerFiles: number) => {
    bytes -= fewerBytes;
    files -= fewerFiles;
    quota.release(fewerBytes, fewerFiles);
  };
  const answer = (verdict: number) => {
    line.write(Uint8Array.of(verdict));
  };
  const reserve = (steps: () => Steps<void>, moreBytes: number, moreFiles: number) => {
    disk.run(steps).subscribe({
      complete() {
        bytes += moreBytes;
        files += moreFiles;
        if (line.destroyed) release(moreBytes, moreFiles);
        else answer(GRANTED);
      },
      error(error: unknown) {
        answer(verdictOf(error));
      },
    });
  };
  const perform = ([what = 0, bytes = 0, files = 0]: Float64Array) => {
    if (what === RESERVE) reserve(() => quota.reserve(bytes, files), bytes, files);
    else if (what === RESERVE_MARKER) reserve(() => quota.reserveMarker(bytes), bytes, files);
    else if (what === RELEASE) release(bytes, files);
    else quota.save(bytes, files);
  };
  line
    .on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= REQUEST_BYTES; rest = rest.subarray(REQUEST_BYTES))
        perform(new Float64Array(new Uint8Array(rest.subarray(0, REQUEST_BYTES)).buffer));
    })
    .on('error', () => undefined)
    .on('close', () => {
      release(bytes, files);
      // It may have published a file that it has not reported.
      disk.run(() => quota.recount()).subscribe({ error: () => undefined });
    });
}

const verdictOf = (error: unknown): number =>
  error instanceof QuotaError ? LIMITS.indexOf(error.option) + 1 : LIMITS.length + 1;

const [RESERVE, RESERVE_MARKER, RELEASE, SAVE] = [0, 1, 2, 3];
const GRANTED = 0;
const LIMITS = ['maxTotal', 'maxFiles'] as const;
const REQUEST_BYTES = 3 * Float64Array.BYTES_PER_ELEMENT;
