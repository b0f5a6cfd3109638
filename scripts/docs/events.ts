import { exportsOf } from './project.js';
import { membersOf } from './signature.js';
import { cell, code, table } from './table.js';

/** The events that a file declares: the `type` of each, its other fields, and its meaning. */
export const eventTable = (file: string): string =>
  table(
    ['type', 'fields', 'meaning'],
    exportsOf('index')
      .filter((one) => one.file === file)
      .flatMap((event) => {
        const members = membersOf(event);
        const type = members.find(({ name }) => name === 'type')?.type;
        const fields = members
          .filter(({ name }) => !COMMON.includes(name))
          .sort((a, b) => Number(b.inherited) - Number(a.inherited));
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

/** The fields of every event. */
const COMMON = ['type', 'version', 'time'];
