import {
  defer,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  map,
  type Observable,
  takeWhile,
  timeout,
  timer,
} from 'rxjs';
import { type Writer, writer } from './writer.js';

/** Prints one line. */
export type Print = (line: string) => void;

/** A printer that never waits for its reader: it keeps 1 MiB of lines for a slow one, and loses what is more. */
export function printer(fd: 1 | 2): Print {
  const lines = (printers[fd] ??= new Lines(writer(fd)));
  return (line) => {
    lines.print(`${line}\n`);
  };
}

/** Both printers of a stream keep their lines together, so that these stay in their order. */
const printers: Partial<Record<1 | 2, Lines>> = {};

class Lines {
  private kept = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly writer: Writer) {}

  print(line: string): void {
    if (this.kept.length + line.length > KEPT_LENGTH) return;
    this.kept += line;
    if (this.timer === undefined) this.flush();
  }

  /** What waits for its reader: characters that are kept, and bytes that were taken in part. */
  flush(): number {
    if (this.kept !== '' && this.writer.write(this.kept)) this.kept = '';
    const waiting = this.kept.length + this.writer.waiting();
    if (waiting > 0) this.flushLater();
    return waiting;
  }

  private flushLater(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, LOOK_MS).unref();
  }
}

/**
 * Completes once everything that was printed is with its reader, or its reader has taken nothing for 300 ms:
 * a program that ends earlier takes back the lines that it owes, and one that waits longer may never end.
 */
export const printed = (): Observable<never> =>
  defer(() =>
    waiting() === 0
      ? EMPTY
      : timer(0, LOOK_MS).pipe(
          map(waiting),
          takeWhile((waiting) => waiting > 0),
          distinctUntilChanged(),
          timeout({ each: PATIENCE_MS, with: () => EMPTY }),
          ignoreElements(),
        ),
  );

const waiting = (): number =>
  Object.values(printers).reduce((sum, lines) => sum + lines.flush(), 0);

/** 1 MiB. */
const KEPT_LENGTH = 2 ** 20;
const LOOK_MS = 10;
/** With the 600 ms of a stop, a server whose output nobody reads still ends within a second (S3). */
const PATIENCE_MS = 300;
