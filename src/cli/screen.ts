import type { Observable } from 'rxjs';
import type { Progress } from '../operators/index.js';

/** What shows a person how the files get on. */
export interface Screen {
  addRow(name: string): Row;
  /** Draws while it is subscribed; emits nothing that matters. */
  readonly frames$: Observable<unknown>;
  /** Leaves nothing of the rows. */
  stop(): void;
}

/** How one file gets on. */
export interface Row {
  update(progress: Progress): void;
  /** It is sent; the text says how fast. */
  complete(text: string): void;
  /** It is not; the line says why, whole. */
  fail(line: string): void;
}
