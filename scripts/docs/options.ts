import type { CommandLine } from '../../src/cli/commandLine.js';
import { defaultOf, formatOption } from '../../src/cli/formatOption.js';
import { allOptions, type OptionGroups, type OptionTable } from '../../src/cli/option.js';
import { cell, code, table } from './table.js';

type Program = Pick<CommandLine<OptionGroups>, 'options' | 'common' | 'statuses'>;

/** Every option of a program, with its default, in a table for each group. */
export const optionTables = ({ options }: Program): string =>
  Object.entries(options)
    .map(([title, group]) => `**${title}**\n\n${optionTable(group)}`)
    .join('\n\n');

const optionTable = (options: OptionTable): string =>
  table(
    ['option', 'default', 'meaning'],
    Object.entries(options).map(([name, option]) => [
      code(formatOption(name, option)),
      defaultOf(option) === undefined ? '–' : code(defaultOf(option) ?? ''),
      cell(option.describe),
    ]),
  );

/** Every exit status of a program. */
export const statusTable = ({ statuses }: Program): string =>
  table(
    ['status', 'meaning'],
    Object.entries(statuses).map(([status, meaning]) => [status, cell(meaning)]),
  );

/** The options that `--help` prints, in two columns. */
export const optionsInBrief = ({ options, common }: Program): string =>
  table(
    ['option', 'meaning'],
    Object.entries(allOptions(options))
      .filter(([name]) => common.includes(name))
      .map(([name, option]) => [
        code(formatOption(name, option)),
        cell(option.describe) +
          (defaultOf(option) === undefined ? '' : ` (default ${code(defaultOf(option) ?? '')})`),
      ]),
  );
