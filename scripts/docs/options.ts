import type { CommandLine, Flag, OptionTable, Value } from '../../src/cli/commandLine.js';
import * as read from '../../src/cli/values.js';
import { cell, code, table } from './table.js';

type Option = (Flag | Value<unknown>) & { readonly letter?: string };

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

const written = (name: string, option: Option): string => {
  const letter = option.letter === undefined ? '' : `-${option.letter}, `;
  return `${letter}--${name}${'parse' in option ? ` ${placeholder(name, option)}` : ''}`;
};

const defaultOf = (option: Option): string | undefined =>
  'parse' in option ? option.default : undefined;

function placeholder(name: string, { parse }: Value<unknown>): string {
  if ('words' in parse && Array.isArray(parse.words)) return parse.words.join('|');
  const kind = Object.entries<unknown>(read).find(([, reader]) => reader === parse)?.[0] ?? '';
  const found = PLACEHOLDERS[kind];
  if (found === undefined) throw new Error(`--${name} takes a value of a kind without a letter`);
  return found;
}

/** How the value of an option is written, by the function of `values.ts` that reads it. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  duration: 'T',
  delay: 'T',
  size: 'B',
  maximum: 'B',
  count: 'N',
  networks: 'CIDR',
  mode: 'OCTAL',
  path: 'FILE',
  host: 'HOST',
  port: 'PORT',
  text: 'HOST',
};
