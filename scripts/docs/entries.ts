import { ReflectionKind } from 'typedoc';
import { type Comment, tagged } from './comment.js';
import { type Exported, exportsOf } from './project.js';
import { aliasOf, membersOf } from './signature.js';

/** An entry point of the package whose values have a page each. */
export interface Entry {
  /** The folder of its pages. */
  readonly name: string;
  readonly specifier: string;
  readonly exports: readonly Exported[];
}

export const entries = (): readonly Entry[] =>
  ['operators', 'node'].map((name) => ({
    name,
    specifier: `rxdrop/${name}`,
    exports: exportsOf(name),
  }));

/** What can be called or subscribed, and so has a page. */
export const valuesOf = ({ exports }: Entry): readonly Exported[] =>
  exports.filter(({ declaration }) =>
    declaration.kindOf([ReflectionKind.Function, ReflectionKind.Variable]),
  );

/** The types of an entry point that a text names, and those that these name. */
export function typesIn(text: string, { exports }: Entry): readonly Exported[] {
  const named = (within: string, known: readonly Exported[]): readonly Exported[] => {
    const found = exports.filter(
      (one) => isType(one) && !known.includes(one) && new RegExp(`\\b${one.name}\\b`).test(within),
    );
    return found.reduce((all, one) => named(typesOf(one), [...all, one]), known);
  };
  return [...new Set(named(text, []))];
}

const isType = ({ declaration }: Exported): boolean =>
  declaration.kindOf([ReflectionKind.Interface, ReflectionKind.TypeAlias]);

const typesOf = (one: Exported): string =>
  [aliasOf(one), ...membersOf(one).flatMap(({ name, type }) => [name, type])].join(' ');

/** The groups of the index, in its order, by the word that a comment's `@category` has for each. */
export const categories = [
  'Creation',
  'Sinks',
  'Stores',
  'Back-pressure',
  'Time',
  'Bytes',
  'Watching',
  'Addresses',
] as const;

export const categoryOf = (comment: Comment): string => tagged(comment, 'category')[0] ?? '';

/** The file name of a page. */
export const slug = ({ name }: Pick<Exported, 'name'>): string => name.replace(/\$$/, '');
