import { Parser } from 'yargs/helpers';
import { hasReplacement } from './argv.js';
import { HELP_OPTIONS } from './helpOptions.js';
import { allOptions, type Flag, type NameOf, type OptionGroups } from './option.js';
import { optionWords } from './optionWords.js';
import type { OptionTable, Value, Values } from './option.js';
import { rejectUnknownOptions } from './rejectUnknownOptions.js';
import { screenColumns } from './screenColumns.js';
import { requestedText } from './requestedText.js';
import { UsageError } from './usageError.js';

/** The command line that a program accepts, as data. */
export interface CommandLine<G extends OptionGroups> {
  /** `rxdrop-server` */
  readonly name: string;
  /** The text after the name. */
  readonly usage: string;
  /** The number of arguments. */
  readonly minArgs: number;
  readonly maxArgs: number;
  /** What the program does, without its name and a full stop. */
  readonly summary: string;
  /** Paragraphs that explain more. */
  readonly description: readonly string[];
  /** The options by the titles of their groups. */
  readonly options: G;
  /** The options that `--help` prints; `--help=all` prints all. */
  readonly common: readonly NameOf<G[keyof G]>[];
  /** Pairs of a command and its description. */
  readonly examples: readonly (readonly [string, string])[];
  /** What else its user has to know, by title: the name of a variable, a file or a signal, and its meaning. */
  readonly topics: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The meaning of each exit status. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly version: string;
}

const camelCase = (option: string): string =>
  option.replace(/-(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase());

export type Parsed<G extends OptionGroups> =
  | { readonly text: string }
  | { readonly text?: never; readonly args: readonly string[]; readonly options: Values<G> };

/**
 * Parses a command line. Returns the text to print if one was requested (`--help`), and otherwise the
 * arguments as they were written and the values of the options. A flag wins over its environment variable,
 * whose name is that of the program and the option in capitals (`RXDROP_SERVER_IDLE_TIMEOUT`).
 *
 * @param columns returns the columns of the screen, for the help
 * @throws UsageError
 */
export function parse<G extends OptionGroups>(
  commandLine: CommandLine<G>,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  columns: () => number = screenColumns,
): Parsed<G> {
  const { name, usage, minArgs, maxArgs } = commandLine;
  const options = allOptions(commandLine.options);
  rejectUnknownOptions({ ...options, ...HELP_OPTIONS }, argv);
  const text = requestedText(commandLine, argv, columns);
  if (text !== undefined) return { text };

  const rawArgv = separate(options, withBareValues(options, argv));
  const args = rawArgv._.map(String);
  if (args.length < minArgs || args.length > maxArgs) {
    throw new UsageError(
      `${args.length < minArgs ? 'missing' : 'too many'} arguments: ${name} ${usage} (see --help)`,
    );
  }
  const values = Object.entries(options).map(([option, spec]) => {
    const variable = `${name}-${option}`.toUpperCase().replaceAll('-', '_');
    return [camelCase(option), readOption(spec, rawArgv[option], env[variable], variable)];
  });
  return { args, options: Object.fromEntries(values) as Values<G> };
}

function readOption(
  spec: Flag | Value<unknown>,
  raw: unknown,
  env: string | undefined,
  variable: string,
): unknown {
  if (raw !== undefined) return 'parse' in spec ? spec.parse(joinTexts(spec, raw)) : true;
  if (env === undefined) {
    if (!('parse' in spec)) return false;
    return spec.default === undefined ? undefined : spec.parse(spec.default);
  }
  // An empty list of networks or certificates must not open the server to everybody.
  if (env === '') throw new UsageError(`${variable} is empty: set it to a value, or unset it`);
  if (hasReplacement(env)) throw new UsageError(`${variable} is not UTF-8`);
  if (!('parse' in spec)) {
    if (env !== '0' && env !== '1')
      throw new UsageError(`bad ${variable} "${env}": expected 1 or 0`);
    return env === '1';
  }
  try {
    return spec.parse(env);
  } catch (cause) {
    throw new UsageError(`${variable}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** A repeated option is an array: a list uses all of it, any other option the last. */
function joinTexts({ repeatable = false }: Value<unknown>, raw: unknown): string {
  const texts = [raw].flat().map(String);
  return repeatable ? texts.join(',') : (texts.at(-1) ?? '');
}

/** Writes out the value of an option that is given without one. */
function withBareValues(options: OptionTable, argv: readonly string[]): readonly string[] {
  const { length } = optionWords(argv);
  return argv.map((word, index) => {
    const isOption = word.startsWith('--') && index < length;
    const bare = isOption ? bareValue(options[word.slice(2)]) : undefined;
    return bare === undefined ? word : `${word}=${bare}`;
  });
}

const bareValue = (spec: Flag | Value<unknown> | undefined): string | undefined =>
  spec && 'parse' in spec ? spec.bare : undefined;

type RawArgv = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

/**
 * The parser of yargs separates the options from the arguments. Its values stay strings, because its numbers accept
 * `0x50` and an empty string. The rest of yargs, its checks and its help, is four times as large, and is felt at
 * every start.
 */
function separate(options: OptionTable, argv: readonly string[]): RawArgv {
  // Most command lines have no option, and V8 needs 1 ms to compile the parser.
  if (!argv.some((word) => word.startsWith('-'))) return { _: argv };

  const specs = Object.entries(options);
  const names = (hasValue: boolean) =>
    specs.filter(([, spec]) => 'parse' in spec === hasValue).map(([option]) => option);
  const { argv: separated, error } = Parser.detailed([...argv], {
    string: names(true),
    boolean: names(false),
    narg: Object.fromEntries(specs.map(([option, spec]) => [option, 'parse' in spec ? 1 : 0])),
    // The parser compares each alias with all others, so options without one are left out.
    alias: Object.fromEntries(
      specs.flatMap(([option, { letter }]) => (letter ? [[option, letter]] : [])),
    ),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    },
  });
  if (error) throw new UsageError(rephrase(error.message));
  return separated;
}

/** Messages show options with their dashes. */
const rephrase = (message: string): string =>
  message.replace(
    /^Not enough arguments following: (.*)$/s,
    (_, name: string) => `option ${name.length === 1 ? '-' : '--'}${name} takes a value`,
  );
