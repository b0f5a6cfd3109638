import type { Observable } from 'rxjs';
import type { Progress } from '../operators/index.js';

/** Shows the progress of the files to a person. */
export interface Screen {
  addRow(name: string): Row;
  /** Draws while it is subscribed; its values have no meaning. */
  readonly frames$: Observable<unknown>;
  /** Removes the rows. */
  stop(): void;
}

/** The progress of one file. */
export interface Row {
  update(progress: Progress): void;
  /** The file is sent; `text` has its size, time and rate. */
  complete(text: string): void;
  /** The file is not sent; `line` is the whole line of its error. */
  fail(line: string): void;
}
