import ts from 'typescript';
import { membersOf } from './signature.js';
import { exported, type Exported } from './source.js';
import { cell, code, table } from './table.js';

/** The events of a union: the `type` of each, its other fields, and its meaning. */
export const eventTable = (file: string, union: string): string =>
  table(
    ['type', 'fields', 'meaning'],
    typesIn(exported(file, union))
      .map((name) => exported(file, name))
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

/** The values that a field of an event may have, as its comment lists them. */
export function reasons(file: string, event: string): string {
  const reason = membersOf(exported(file, event)).find(({ name }) => name === 'reason');
  if (!reason) throw new Error(`${event} has no reason`);
  return reason.text;
}

/** The names of the types of a union, in its order. */
function typesIn({ declaration, name }: Exported): readonly string[] {
  if (!ts.isTypeAliasDeclaration(declaration) || !ts.isUnionTypeNode(declaration.type))
    throw new Error(`${name} is no union`);
  return declaration.type.types.map((type) => type.getText());
}

/** The members of an interface, with those of the interfaces that it extends. */
function allMembersOf(one: Exported): ReturnType<typeof membersOf> {
  if (!ts.isInterfaceDeclaration(one.declaration)) return [];
  const inherited = (one.declaration.heritageClauses ?? [])
    .flatMap(({ types }) => types)
    .flatMap(({ expression }) => allMembersOf(exported(one.file, expression.getText())));
  return [...inherited, ...membersOf(one)];
}
