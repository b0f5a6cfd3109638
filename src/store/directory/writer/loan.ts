import type { NameFacts } from '../owner/nameField.js';
import type { FileNumber } from './place.js';

/** What a writer in another process needs to know of a file, as data that JSON has. */
export interface Loan {
  /** Names the temporary file. */
  readonly serial: number;
  readonly id: number;
  /** `FileNumber.backups` in digits. */
  readonly backups?: string | undefined;
  readonly facts: NameFacts;
}

export const loanOf = (serial: number, { id, backups }: FileNumber, facts: NameFacts): Loan =>
  backups === undefined ? { serial, id, facts } : { serial, id, backups: `${backups}`, facts };

export const numberOf = ({ id, backups }: Loan): FileNumber =>
  backups === undefined ? { id } : { id, backups: BigInt(backups) };
