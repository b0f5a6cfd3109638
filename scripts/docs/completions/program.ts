import type { CommandLine } from '../../../src/cli/commandLine.js';
import { withHelpOptions } from '../../../src/cli/formatHelp.js';
import type { OptionGroups, Value } from '../../../src/cli/option.js';

export type Program = CommandLine<OptionGroups>;

/** An option as completions need it. */
export interface CompletedOption {
  readonly name: string;
  readonly letter: string | undefined;
  readonly describe: string;
  readonly repeatable: boolean;
  /** Its value, if it takes one. */
  readonly value: CompletedValue | undefined;
}

export interface CompletedValue {
  /** `FILE` */
  readonly name: string;
  readonly kind: Kind;
  readonly words: readonly string[];
  /** It can only follow `=`. */
  readonly afterEquals: boolean;
}

/** What a shell can complete. */
export type Kind = 'file' | 'directory' | 'host' | 'command' | 'words' | 'nothing';

const KINDS: Readonly<Record<string, Kind>> = {
  FILE: 'file',
  'FILE-DIR': 'directory',
  HOST: 'host',
  'HOSTNAME-OR-IP': 'host',
  CMD: 'command',
};

/** All options of a program, in their order. */
export const optionsOf = ({ options }: Program): readonly CompletedOption[] =>
  withHelpOptions(options).flatMap(([, group]) =>
    Object.entries(group).map(([name, option]) => ({
      name,
      letter: option.letter,
      describe: option.describe,
      repeatable: 'parse' in option && option.repeatable === true,
      value: 'parse' in option ? valueOf(option) : undefined,
    })),
  );

function valueOf({ parse, bare }: Value<unknown>): CompletedValue {
  const words = 'words' in parse ? (parse.words as readonly string[]) : [];
  const name = parse.valueName;
  const kind = words.length > 0 ? 'words' : (KINDS[name] ?? 'nothing');
  return { name, kind, words, afterEquals: bare !== undefined };
}

/** What each argument of a program is, by its usage; the last kind is that of all further ones if `...` follows it. */
export const argumentsOf = ({ usage }: Program): readonly Argument[] =>
  [...usage.matchAll(/<(?<name>[^>]+)>(?<more>\.\.\.)?/g)].map(({ groups }) => ({
    name: groups?.name ?? '',
    kind: KINDS[groups?.name ?? ''] ?? 'nothing',
    repeatable: groups?.more !== undefined,
  }));

export interface Argument {
  readonly name: string;
  readonly kind: Kind;
  readonly repeatable: boolean;
}

/** The dashed names of an option: `--quiet`, `-q`. */
export const wordsOf = ({
  name,
  letter,
}: Pick<CompletedOption, 'name' | 'letter'>): readonly string[] => [
  `--${name}`,
  ...(letter === undefined ? [] : [`-${letter}`]),
];

/** The name of a shell function. */
export const functionName = ({ name }: Program): string => `_${name.replaceAll('-', '_')}`;

/** A text in single quotes, as every shell but fish reads it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
