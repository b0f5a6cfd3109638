import { createWriteStream, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Part, type Sink, sinkOf, type Store } from 'rxdrop/node';
import { AsyncSubject, catchError, concat, defer, EMPTY, merge, type Observable, of } from 'rxjs';

/** Keeps the n-th file as `<n>.file.gz` in a directory; of one that failed, `<n>.file` says `ERROR`. */
export function gzipStore(directory: string): Store {
  let last = 0;
  return { begin: () => new GzipPart(++last, directory) };
}

class GzipPart implements Part {
  readonly id$: Observable<number>;
  /** Whether zlib, or the disk below it, has had enough; errors with either. */
  readonly full$: Observable<boolean>;
  size = 0;
  private readonly name: string;
  private readonly gzip: Sink;
  /** Completes once all of it is in the temporary, which is closed then, after an error too. */
  private readonly written$ = new AsyncSubject<never>();
  private settled = false;
  /** Of the name under which the file, or its `ERROR`, comes to stand. */
  private suffix = '.gz';

  constructor(
    id: number,
    private readonly directory: string,
  ) {
    this.id$ = of(id);
    this.name = `${id}.file`;
    const [gzip, file] = [createGzip(), createWriteStream(this.path('.part'))];
    file.on('close', () => {
      if (file.writableFinished) this.written$.complete();
      else this.written$.error(file.errored);
    });
    pipeline(gzip, file, () => undefined);
    this.gzip = sinkOf(gzip);
    this.full$ = merge(this.gzip.full$, this.written$);
  }

  fileName(id: number): string {
    return `${id}.file${this.suffix}`;
  }

  write(chunk: Uint8Array): Part {
    // A chunk is borrowed: it is overwritten by the next read.
    this.gzip.write(Buffer.from(chunk));
    this.size += chunk.byteLength;
    return this;
  }

  /** The name appears by one step, so that nobody sees half a file. */
  commit(): Observable<never> {
    const publish$ = defer(() => {
      renameSync(this.path('.part'), this.path('.gz'));
      this.settled = true;
      return EMPTY;
    });
    return concat(this.gzip.end(), this.written$, publish$);
  }

  fail(): Observable<never> {
    const stop$ = defer(() => {
      this.settled = true;
      this.suffix = '';
      this.gzip.abort();
      return this.written$.pipe(catchError(() => EMPTY));
    });
    const mark$ = defer(() => {
      rmSync(this.path('.part'), { force: true });
      writeFileSync(this.path(), 'ERROR');
      return EMPTY;
    });
    return concat(stop$, mark$);
  }

  release(): void {
    if (!this.settled) this.fail().subscribe({ error: () => undefined });
  }

  private path(suffix = ''): string {
    return join(this.directory, this.name + suffix);
  }
}
