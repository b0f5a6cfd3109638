import { flag, type OptionTable, value, withBare, withLetter } from './option.js';
import { oneOf } from './values.js';

/** The options that request a text. Every program has them. */
export const HELP_OPTIONS = {
  help: withLetter('h', withBare('', value(oneOf('all'), 'Print the usual options, or all'))),
  version: withLetter('V', flag('Print the version')),
} as const satisfies OptionTable;
