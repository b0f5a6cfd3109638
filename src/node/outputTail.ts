import type { Readable } from 'node:stream';
import { Subscription } from 'rxjs';

/** The last of what a program prints. */
export interface OutputTail {
  /** Whole lines, unless the last one alone is longer than what is kept. */
  text(): string;
  /** Reads no more. */
  close(): void;
}

/**
 * Reads what a program prints to its end, and keeps the last 4 KiB, so that a program that prints without end
 * neither waits nor fills the memory. It is read slowly then, because its output is worth less than a transfer.
 */
export function outputTail(...streams: readonly (Readable | null)[]): OutputTail {
  const resuming = new Subscription();
  let kept = Buffer.alloc(0);
  let isCut = false;

  const keep = (chunk: Buffer) => {
    const all = Buffer.concat([kept, chunk]);
    isCut ||= all.byteLength > KEPT_BYTES;
    kept = Buffer.from(all.subarray(-KEPT_BYTES));
  };

  for (const stream of streams) {
    stream?.on('data', (chunk: Buffer) => {
      keep(chunk.subarray(-KEPT_BYTES - 1));
      if (chunk.byteLength < FLOOD_BYTES) return;
      stream.pause();
      const timer = setTimeout(() => stream.resume(), FLOOD_MS);
      resuming.add(() => {
        clearTimeout(timer);
      });
    });
  }
  return {
    text: () => (isCut ? fromLine(kept.toString()) : kept.toString()),
    close() {
      resuming.unsubscribe();
      for (const stream of streams) stream?.destroy();
    },
  };
}

/** Without the rest of a line, or of a character, at the start. */
const fromLine = (text: string): string =>
  /\n./s.test(text) ? text.slice(text.indexOf('\n') + 1) : text.replace(/^\uFFFD+/, '');

const KEPT_BYTES = 4_096;
/** As much as Node reads at once. */
const FLOOD_BYTES = 65_536;
const FLOOD_MS = 10;
