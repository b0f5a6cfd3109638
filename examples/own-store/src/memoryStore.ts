import type { Part, Store } from 'rxdrop/node';
import { defer, EMPTY, NEVER, type Observable, of, startWith } from 'rxjs';

export interface MemoryStore extends Store {
  /** The files that came whole, by their numbers. */
  readonly files: ReadonlyMap<number, Buffer>;
}

/** Keeps files in memory: the smallest store there is. It is never full, so give `serve` a `maxSize`. */
export function memoryStore(): MemoryStore {
  const files = new Map<number, Buffer>();
  let last = 0;
  return {
    files,
    begin() {
      const id = ++last;
      return new MemoryPart(id, (file) => files.set(id, file));
    },
  };
}

class MemoryPart implements Part {
  readonly id$: Observable<number>;
  readonly full$ = NEVER.pipe(startWith(false));
  size = 0;
  private chunks: Buffer[] = [];

  constructor(
    id: number,
    private readonly keep: (file: Buffer) => void,
  ) {
    this.id$ = of(id);
  }

  fileName(id: number): string {
    return `${id}.file`;
  }

  write(chunk: Uint8Array): Part {
    // A chunk is borrowed: it is overwritten by the next read.
    this.chunks.push(Buffer.from(chunk));
    this.size += chunk.byteLength;
    return this;
  }

  commit(): Observable<never> {
    return defer(() => {
      this.keep(Buffer.concat(this.chunks));
      return EMPTY;
    });
  }

  fail(): Observable<never> {
    return EMPTY;
  }

  release(): void {
    this.chunks = [];
  }
}
