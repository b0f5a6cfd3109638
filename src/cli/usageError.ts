import { RxdropError } from '../errors.js';

/** The command line or the environment is not of the program's form. */
export class UsageError extends RxdropError {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
