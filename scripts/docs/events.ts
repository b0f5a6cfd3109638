import { exported } from './project.js';
import { membersOf } from './signature.js';
import { cell, code, table } from './table.js';
import { typeOf } from './written.js';

/** The events of a union: the `type` of each, its other fields, and its meaning. */
export const eventTable = (union: string): string =>
  table(
    ['type', 'fields', 'meaning'],
    typeOf(exported('index', union).declaration)
      .split(/\s*\|\s*/)
      .filter((name) => name !== '')
      .map((name) => {
        const event = exported('index', name);
        const members = membersOf(event);
        const type = members.find((member) => member.name === 'type')?.type ?? '';
        const fields = members
          .filter((member) => !COMMON.includes(member.name))
          .sort((a, b) => Number(b.inherited) - Number(a.inherited))
          .map((field) => code(field.optional ? `${field.name}?` : field.name));
        return [code(type.slice(1, -1)), fields.join(', ') || '–', cell(event.comment.lead)];
      }),
  );

/** The values that the `reason` of an event may have, as its comment lists them. */
export function reasons(event: string): string {
  const reason = membersOf(exported('index', event)).find(({ name }) => name === 'reason');
  if (!reason) throw new Error(`${event} has no reason`);
  return reason.text;
}

/** The fields of every event. */
const COMMON = ['type', 'version', 'time', 'instance'];
