import type { Observable } from 'rxjs';
import type { Progress } from '../operators/index.js';
import type { Total } from './totalProgress.js';

/** Shows the progress of the files to a person. */
export interface Screen {
  addRow(name: string): Row;
  /** Shows the progress of several files together. */
  showTotal?(total: Total): void;
  /** Draws while it is subscribed; its values have no meaning. */
  readonly frames$: Observable<unknown>;
  /** Removes the rows, and prints the result of several files. */
  stop(): void;
}

/** The progress of one file. */
export interface Row {
  update(progress: Progress): void;
  /** The file is sent again later; `text` says why, and when. */
  retry(text: string): void;
  /** The file is sent; `text` has its size, time and rate. */
  complete(text: string): void;
  /** The file is not sent; `line` is the whole line of its error. */
  fail(line: string): void;
}
