import type { Flag, Value } from './option.js';

/** An option as a user writes it: `-j, --jobs N`, `--events[=FILE]`. */
export const formatOption = (name: string, option: Flag | Value<unknown>): string =>
  `${option.letter === undefined ? '' : `-${option.letter}, `}--${name}${valueOf(option)}`;

function valueOf(option: Flag | Value<unknown>): string {
  if (!('parse' in option)) return '';
  const { valueName } = option.parse;
  return option.bare === undefined ? ` ${valueName}` : `[=${valueName}]`;
}
