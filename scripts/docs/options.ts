import type { CommandLine, Flag, OptionTable, Value } from '../../src/cli/commandLine.js';
import * as read from '../../src/cli/values.js';
import { cell, code, table } from './table.js';

type Program = Pick<CommandLine<OptionTable>, 'options'>;

/** Every option of a program, with its default. */
export const optionTable = ({ options }: Program): string =>
  table(
    ['option', 'default', 'meaning'],
    Object.entries(options).map(([name, option]) => [
      code(written(name, option)),
      defaultOf(option) === undefined ? '–' : code(defaultOf(option) ?? ''),
      cell(option.describe),
    ]),
  );

/** The same in two columns. */
export const optionsInBrief = ({ options }: Program): string =>
  table(
    ['option', 'meaning'],
    Object.entries(options).map(([name, option]) => [
      code(written(name, option)),
      cell(option.describe) +
        (defaultOf(option) === undefined ? '' : ` (default ${code(defaultOf(option) ?? '')})`),
    ]),
  );

const written = (name: string, option: Flag | Value<unknown>): string =>
  'parse' in option ? `--${name} ${placeholder(name, option)}` : `--${name}`;

const defaultOf = (option: Flag | Value<unknown>): string | undefined =>
  'parse' in option ? option.default : undefined;

function placeholder(name: string, { parse }: Value<unknown>): string {
  if ('words' in parse && Array.isArray(parse.words)) return parse.words.join('|');
  const found = PLACEHOLDERS.get(parse);
  if (found === undefined) throw new Error(`--${name} takes a value of a kind without a letter`);
  return found;
}

/** How the value of an option is written, by the function that reads it. */
const PLACEHOLDERS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [read.duration, 'T'],
  [read.delay, 'T'],
  [read.size, 'B'],
  [read.count, 'N'],
  [read.networks, 'CIDR'],
  [read.mode, 'OCTAL'],
  [read.path, 'FILE'],
  [read.host, 'NAME'],
  [read.text, 'ADDR'],
]);
