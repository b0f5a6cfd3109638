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
import { openWriter, type Write } from './writer.js';

/** Prints one line. */
export type Print = (line: string) => void;

/** Prints one line, or returns false: then it is lost, because its reader is too slow. */
export type TryPrint = (line: string) => boolean;

/**
 * Returns a function that prints without waiting for the reader. It buffers up to 1 MiB of lines for a slow reader and
 * discards further lines.
 */
export const printer = (fd: 1 | 2): TryPrint => {
  const stream = streamOf(fd);
  return (line) => stream.print(`${line}\n`);
};

/** Returns a function that writes at once or not at all, for text that is out of date later, such as a frame. */
export const immediateWriter = (fd: 1 | 2): Write => {
  const stream = streamOf(fd);
  return (text) => stream.writeNow(text);
};

/** One per file descriptor, so that everything written to it stays in order. */
const streams: Partial<Record<1 | 2, Stream>> = {};
const streamOf = (fd: 1 | 2): Stream => (streams[fd] ??= new Stream(fd));

class Stream {
  private buffered = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly writer;

  constructor(fd: number) {
    this.writer = openWriter(fd);
  }

  print(line: string): boolean {
    if (this.buffered.length + line.length > BUFFER_LENGTH) return false;
    this.buffered += line;
    if (this.timer === undefined) this.flush();
    return true;
  }

  writeNow(text: string): boolean {
    return this.flush() === 0 && this.writer.write(text);
  }

  /** Returns how much is still unwritten: bytes of a text that was written in part, and characters of the buffer. */
  flush(): number {
    while (this.buffered !== '') {
      const piece = firstLines(this.buffered);
      if (!this.writer.write(piece)) break;
      this.buffered = this.buffered.slice(piece.length);
    }
    const waiting = this.writer.flush() + this.buffered.length;
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
 * Few, because an attempt to write encodes them, and a reader that does not read sees a hundred attempts per second.
 */
const firstLines = (text: string): string => {
  const end = text.indexOf('\n', PIECE_LENGTH) + 1;
  return end > 0 ? text.slice(0, end) : text;
};

/**
 * Completes once everything is written, or once the readers have accepted nothing for 300 ms. A program that
 * ended earlier would lose lines.
 */
export const flushOutput = (): Observable<never> =>
  defer(() =>
    unwrittenLength() === 0
      ? EMPTY
      : timer(0, LOOK_MS).pipe(
          map(unwrittenLength),
          takeWhile((length) => length > 0),
          distinctUntilChanged(),
          timeout({ each: READER_TIMEOUT_MS, with: () => EMPTY }),
          ignoreElements(),
        ),
  );

const unwrittenLength = (): number =>
  Object.values(streams).reduce((sum, stream) => sum + stream.flush(), 0);

/** 1 MiB. */
const BUFFER_LENGTH = 2 ** 20;
const PIECE_LENGTH = 16 * 1024;
const LOOK_MS = 10;
/** With the 600 ms of a stop, a server whose output nobody reads still ends within a second (S3). */
const READER_TIMEOUT_MS = 300;
