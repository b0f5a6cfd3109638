import ts from 'typescript';
import { membersOf } from './signature.js';
import { exported, type Exported, exportsOf } from './source.js';
import { cell, code, table } from './table.js';

/** The events that a file declares: the `type` of each, its other fields, and its meaning. */
export const eventTable = (file: string): string =>
  table(
    ['type', 'fields', 'meaning'],
    exportsOf('src/index.ts')
      .filter((one) => one.file === file)
      .flatMap((event) => {
        const members = allMembersOf(event);
        const type = members.find(({ name }) => name === 'type')?.type;
        const fields = members.filter(({ name }) => name !== 'type');
        if (type === undefined) return [];
        return [
          [
            code(type.replace(/'/g, '')),
            fields.map(({ name, optional }) => code(optional ? `${name}?` : name)).join(', ') ||
              '–',
            cell(event.comment.lead),
          ],
        ];
      }),
  );

/** The members of an interface, with those of the interfaces that it extends. */
function allMembersOf(one: Exported): ReturnType<typeof membersOf> {
  if (!ts.isInterfaceDeclaration(one.declaration)) return [];
  const inherited = (one.declaration.heritageClauses ?? [])
    .flatMap(({ types }) => types)
    .flatMap(({ expression }) => allMembersOf(exported(one.file, expression.getText())));
  return [...inherited, ...membersOf(one)];
}
