import type { NameFacts } from '../owner/nameField.js';
import type { FileNumber } from './place.js';

/** What a writer in another process needs to know of a file, as plain data. */
export interface Loan {
  /** Names the temporary file. */
  readonly serial: number;
  readonly number: FileNumber;
  readonly facts: NameFacts;
}
