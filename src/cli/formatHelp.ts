import type { CommandLine } from './commandLine.js';
import { formatOption } from './formatOption.js';
import { HELP_OPTIONS } from './helpOptions.js';
import type { Flag, OptionGroups, OptionTable, Value } from './option.js';

/** The text of `--help`, which fits one screen. `all` adds the other options, the description and the statuses. */
export function formatHelp<G extends OptionGroups>(
  commandLine: CommandLine<G>,
  { all }: { readonly all: boolean },
): string {
  const { name, usage, summary, description, examples, statuses } = commandLine;
  const common = new Set<string>([...commandLine.common, ...Object.keys(HELP_OPTIONS)]);
  const optionRows = (options: OptionTable) =>
    Object.entries(options)
      .filter(([option]) => all || common.has(option))
      .map(optionRow);
  return [
    `Usage: ${name} ${usage}`,
    ...wrap(`${summary}.`),
    ...(all ? description : []).flatMap((paragraph) => ['', ...wrap(paragraph)]),
    ...section(
      'Examples',
      examples.map(([command, does]) => [command.replace('$0', name), does]),
    ),
    ...withHelpOptions(commandLine.options).flatMap(([title, options]) =>
      section(title, optionRows(options), OPTION_WIDTH),
    ),
    ...(all ? section('Exit statuses', Object.entries(statuses)) : ['', VALUES]),
    '',
    ...(all ? [] : [`All options: ${name} --help=all`]),
    `Manual: man ${name}. Bugs: npm bugs rxdrop`,
  ].join('\n');
}

const VALUES = 'T: 500ms, 10s, 2m (or seconds); B: 64KiB, 2GB; 0: no limit; [default]';

/** The groups of a program, the last of which also has the options that every program has. */
export const withHelpOptions = (
  groups: OptionGroups,
): readonly (readonly [string, OptionTable])[] =>
  Object.entries(groups).map(([title, options], index, { length }) => [
    title,
    index < length - 1 ? options : { ...options, ...HELP_OPTIONS },
  ]);

const WIDTH = 80;
const OPTION_WIDTH = 24;

type Row = readonly [string, string];

function optionRow([name, option]: readonly [string, Flag | Value<unknown>]): Row {
  const indent = option.letter === undefined ? '    ' : '';
  const fallback = 'parse' in option ? option.default : undefined;
  const suffix = fallback === undefined ? '' : ` [${fallback}]`;
  return [indent + formatOption(name, option), option.describe + suffix];
}

/** A title with rows in two columns; nothing if there are no rows. */
function section(
  title: string,
  rows: readonly Row[],
  leftWidth = Math.max(...rows.map(([left]) => left.length)),
): readonly string[] {
  if (rows.length === 0) return [];
  const indent = ' '.repeat(leftWidth + 4);
  return [
    '',
    `${title}:`,
    ...rows.flatMap(([left, right]) => {
      const [first = '', ...others] = wrap(right, WIDTH - indent.length).map(
        (line) => indent + line,
      );
      const start = `  ${left}`;
      return start.length + 2 > indent.length
        ? [start, first, ...others]
        : [start + first.slice(start.length), ...others];
    }),
  ];
}

/** Breaks a text into lines, between words. */
export const wrap = (text: string, width = WIDTH): readonly string[] =>
  text.match(new RegExp(`\\S.{0,${width - 1}}(?= |$)|\\S+`, 'g')) ?? [];
