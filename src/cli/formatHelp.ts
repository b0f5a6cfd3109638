import type { CommandLine } from './commandLine.js';
import { defaultOf, formatOption } from './formatOption.js';
import { HELP_OPTIONS } from './helpOptions.js';
import {
  allOptions,
  type Flag,
  type OptionGroups,
  type OptionTable,
  type Value,
} from './option.js';

/** What a text of `--help` contains, and for how wide a screen. */
export interface HelpOptions {
  /** Every option, the description and the statuses, and not only what fits a screen of 80 × 24. */
  readonly all: boolean;
  /** Columns of the screen, of which 80 are used at most. */
  readonly columns?: number;
}

/** The text of `--help`. */
export function formatHelp<G extends OptionGroups>(
  commandLine: CommandLine<G>,
  { all, columns = MAX_COLUMNS }: HelpOptions,
): string {
  const { name, usage, summary, description, examples, topics, statuses } = commandLine;
  const width = Math.min(columns, MAX_COLUMNS);
  const section = (title: string, rows: readonly Row[], leftWidth?: number) =>
    formatSection(title, rows, width, leftWidth);
  return [
    ...wrap(`Usage: ${name} ${usage}`, width),
    ...wrap(`${summary}.`, width),
    ...(all ? description : []).flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
    ...section(
      'Examples',
      examples.map(([command, does]) => [command.replace('$0', name), does]),
    ),
    ...(all
      ? withHelpOptions(commandLine.options).flatMap(([title, options]) =>
          section(title, Object.entries(options).map(optionRow), OPTION_WIDTH),
        )
      : section('Common options', commonRows(commandLine))),
    ...(all ? Object.entries({ ...topics, 'Exit statuses': statuses }) : []).flatMap(
      ([title, rows]) => section(title, Object.entries(rows)),
    ),
    '',
    ...(all
      ? wrap(`Manual: man ${name}. Bugs: npm bugs rxdrop`, width)
      : [...wrap(VALUES, width), ...wrap(`${MORE}, and man ${name} is the manual.`, width)]),
  ].join('\n');
}

function commonRows<G extends OptionGroups>({ options, common }: CommandLine<G>): readonly Row[] {
  const names = new Set<string>(common);
  return Object.entries(allOptions(options))
    .filter(([option]) => names.has(option))
    .map(optionRow);
}

const MORE = '--help=all shows all options';
const VALUES = 'T: 500ms, 10s, 2m (or seconds); B: 64KiB, 2GB; 0: no limit; [default]';

/** The groups of a program, the last of which also has the options that every program has. */
export const withHelpOptions = (
  groups: OptionGroups,
): readonly (readonly [string, OptionTable])[] =>
  Object.entries(groups).map(([title, options], index, { length }) => [
    title,
    index < length - 1 ? options : { ...options, ...HELP_OPTIONS },
  ]);

const MAX_COLUMNS = 80;
const OPTION_WIDTH = 24;

type Row = readonly [string, string];

function optionRow([name, option]: readonly [string, Flag | Value<unknown>]): Row {
  const indent = option.letter === undefined ? '    ' : '';
  const fallback = defaultOf(option);
  const suffix = fallback === undefined ? '' : ` [${fallback}]`;
  return [indent + formatOption(name, option), option.describe + suffix];
}

/** A title with rows in two columns; nothing if there are no rows. */
function formatSection(
  title: string,
  rows: readonly Row[],
  width: number,
  leftWidth = Math.max(...rows.map(([left]) => left.length)),
): readonly string[] {
  if (rows.length === 0) return [];
  const column = leftWidth + 4;
  const words = rows.flatMap(([, right]) => right.split(' ').map(({ length }) => length));
  const isNarrow = width - column < Math.max(MIN_RIGHT_COLUMNS, ...words);
  const indent = ' '.repeat(isNarrow ? NARROW_INDENT : column);
  return [
    '',
    `${title}:`,
    ...rows.flatMap(([left, right]) => {
      const [first = '', ...others] = wrap(right, width - indent.length).map(
        (line) => indent + line,
      );
      const start = `  ${left}`;
      return start.length + 2 > indent.length
        ? [start, first, ...others]
        : [start + first.slice(start.length), ...others];
    }),
  ];
}

/** If fewer columns, or too few for a word, are left for the right one, it goes below the left one. */
const MIN_RIGHT_COLUMNS = 20;
const NARROW_INDENT = 6;

/** Breaks a text into lines, between words. */
export const wrap = (text: string, width: number): readonly string[] =>
  text.match(new RegExp(`\\S.{0,${width - 1}}(?= |$)|\\S+`, 'g')) ?? [];
