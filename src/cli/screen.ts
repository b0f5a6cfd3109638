import type { Progress } from '../operators/index.js';

/** What shows a person how the files get on. */
export interface Screen {
  row(name: string): Row;
  stop(): void;
}

/** How one file gets on. */
export interface Row {
  progress(progress: Progress): void;
  /** It is sent; the text says how fast. */
  sent(text: string): void;
  /** It is not; the line says why, whole. */
  failed(line: string): void;
}
