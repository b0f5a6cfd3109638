import ts from 'typescript';
import { type Comment, tagged } from './comment.js';
import { type Exported, exportsOf } from './source.js';

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
    exports: exportsOf(`src/${name}/index.ts`),
  }));

/** What can be called or subscribed, and so has a page. */
export const valuesOf = ({ exports }: Entry): readonly Exported[] =>
  exports.filter(
    ({ declaration }) =>
      ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration),
  );

/** The types of an entry point that a text names, and those that these name. */
export function typesIn(text: string, { exports }: Entry): readonly Exported[] {
  const named = (within: string, known: readonly Exported[]): readonly Exported[] => {
    const found = exports.filter(
      (one) => isType(one) && !known.includes(one) && new RegExp(`\\b${one.name}\\b`).test(within),
    );
    return found.reduce((all, one) => named(one.declaration.getText(), [...all, one]), known);
  };
  return [...new Set(named(text, []))];
}

const isType = ({ declaration }: Exported): boolean =>
  ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);

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
