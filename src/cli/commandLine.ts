import yargs, { type Options } from 'yargs';
import { rejectUnknownOptions } from './rejectUnknownOptions.js';
import { UsageError } from './usageError.js';
import type { Parse } from './values.js';
import { hasReplacement } from './argv.js';

/** The command line that a program accepts, as data. */
export interface CommandLine<O extends OptionTable> {
  /** `rxdrop-server` */
  readonly name: string;
  /** The text after the name. */
  readonly usage: string;
  /** The number of arguments. */
  readonly minArgs: number;
  readonly maxArgs: number;
  readonly options: O;
  /** Pairs of a command and its description, for `--help`. */
  readonly examples: readonly (readonly [string, string])[];
  readonly epilogue: string;
  readonly version: string;
}

export type OptionTable = Readonly<Record<string, Flag | Value<unknown>>>;

/** An option without a value. */
export interface Flag {
  readonly describe: string;
  /** Its short form, for `-q`. */
  readonly letter?: string;
}

/** An option with a value: its parser and its default. */
export interface Value<T> {
  readonly describe: string;
  readonly parse: Parse<T>;
  readonly default: string | undefined;
  /** It may be repeated, which is the same as one value with commas. */
  readonly repeatable?: boolean;
  /** Its short form, for `-j`. */
  readonly letter?: string;
  /** Its value if it is given without one; a value then follows `=`. */
  readonly bare?: string;
}

export const flag = (describe: string): Flag => ({ describe });

/** Gives an option a short form of one letter. */
export const withLetter = <S extends Flag | Value<unknown>>(letter: string, spec: S): S => ({
  ...spec,
  letter,
});

export function value<T>(parse: Parse<T>, describe: string, defaultText: string): Value<T>;
export function value<T>(parse: Parse<T>, describe: string): Value<T | undefined>;
export function value<T>(
  parse: Parse<T>,
  describe: string,
  defaultText?: string,
): Value<T | undefined> {
  return { describe, parse, default: defaultText };
}

/** An option that may be repeated, each time with one or more items of a list. */
export const list = <T>(
  parse: Parse<readonly T[]>,
  describe: string,
): Value<readonly T[] | undefined> => ({
  describe,
  parse,
  default: undefined,
  repeatable: true,
});

/** Lets an option be given without a value, which then is `bare`. */
export const withBare = <T>(bare: string, spec: Value<T>): Value<T> => ({ ...spec, bare });

/** The values of the options of a table, by the names that the library uses: `idleTimeout`. */
export type Values<O extends OptionTable> = {
  readonly [K in keyof O as CamelCase<K>]: O[K] extends Value<infer T> ? T : boolean;
};

type CamelCase<K> = K extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail> & string>}`
  : K;

const camelCase = (option: string): string =>
  option.replace(/-(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase());

export type Parsed<O extends OptionTable> =
  | { readonly text: string }
  | { readonly text?: never; readonly args: readonly string[]; readonly options: Values<O> };

/**
 * Parses a command line. Returns the text to print if one was requested (`--help`), and otherwise the
 * arguments as they were written and the values of the options. A flag wins over its environment variable,
 * whose name is that of the program and the option in capitals (`RXDROP_SERVER_IDLE_TIMEOUT`).
 *
 * @throws UsageError
 */
export function parse<O extends OptionTable>(
  commandLine: CommandLine<O>,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed<O> {
  const { name, usage, minArgs, maxArgs, options } = commandLine;
  rejectUnknownOptions(options, argv);
  const { rawArgv, text } = runYargs(commandLine, withBareValues(options, argv));
  if (text !== '') return { text };

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
  return { args, options: Object.fromEntries(values) as Values<O> };
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
  const end = argv.indexOf('--');
  return argv.map((word, index) => {
    const isOption = word.startsWith('--') && (end === -1 || index < end);
    const bare = isOption ? bareValue(options[word.slice(2)]) : undefined;
    return bare === undefined ? word : `${word}=${bare}`;
  });
}

const bareValue = (spec: Flag | Value<unknown> | undefined): string | undefined =>
  spec && 'parse' in spec ? spec.bare : undefined;

type RawArgv = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

/**
 * yargs separates the options from the arguments and writes the help. Its values stay strings, because its
 * numbers accept `0x50` and an empty string. It has no positional arguments, because it turns `-` into an
 * empty one.
 */
function runYargs<O extends OptionTable>(
  { name, usage, options, examples, epilogue, version }: CommandLine<O>,
  argv: readonly string[],
): { rawArgv: RawArgv; text: string } {
  let text = '';
  const rawArgv = yargs()
    .scriptName(name)
    .usage(`Usage: $0 ${usage}`)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .options(
      Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, toYargs(spec)])),
    )
    .example(examples.map(([command, does]) => [command, does]))
    .epilogue(epilogue)
    .wrap(WIDTH)
    .version(version)
    .alias(ALIASES)
    .strictOptions()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw new UsageError(rephrase(message || error.message));
    })
    .parse([...argv], {}, (_error, _argv, output) => {
      text = output;
    }) as RawArgv;
  return { rawArgv, text };
}

const WIDTH = 96;

const ALIASES = { help: 'h', version: 'V' };

function toYargs(spec: Flag | Value<unknown>): Options {
  const common = { describe: spec.describe, ...(spec.letter && { alias: spec.letter }) };
  if (!('parse' in spec)) return { ...common, type: 'boolean', nargs: 0 };
  const withValue = { ...common, type: 'string', requiresArg: true } as const;
  return spec.default === undefined
    ? withValue
    : { ...withValue, defaultDescription: spec.default };
}

/** Messages show options with their dashes. */
const rephrase = (message: string): string =>
  message.replace(
    /^Not enough arguments following: (.*)$/s,
    (_, name: string) => `option ${name.length === 1 ? '-' : '--'}${name} takes a value`,
  );
