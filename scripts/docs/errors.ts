import { exportsOf } from './source.js';
import { cell, code, table } from './table.js';

/** The errors of the library: the code and the class of each, and when it occurs. */
export const errorTable = (): string =>
  table(
    ['code', 'class', 'when'],
    exportsOf('src/index.ts')
      .filter(({ file }) => file === 'src/errors.ts')
      .flatMap(({ name, comment, declaration }) => {
        const [, stable] = /code = '(\w+)'/.exec(declaration.getText()) ?? [];
        return stable === undefined ? [] : [[code(stable), code(name), cell(comment.lead)]];
      }),
  );
