import { type Exported, exportsOf } from './project.js';
import { cell, code, table } from './table.js';

/** The errors of the library: the code and the class of each, and when it occurs. */
export const errorTable = (): string =>
  table(
    ['code', 'class', 'when'],
    errors().map((error) => [code(codeOf(error)), code(error.name), cell(error.comment.lead)]),
  );

/** The classes of errors that have a code. */
export const errors = (): readonly Exported[] =>
  exportsOf('index').filter((one) => one.file === 'src/errors.ts' && codeOf(one) !== '');

/** The code of an error: `readonly code = 'IDLE'`. */
export const codeOf = ({ declaration }: Exported): string => {
  const value = declaration.children?.find(({ name }) => name === 'code')?.defaultValue;
  return value?.slice(1, -1) ?? '';
};
