import type { Happening, Row, Span } from './marbles.js';
import type { Pen } from './pen.js';
import { type Stretch, without } from './stretches.js';
import { along, path, pill, round, text } from './svg.js';

/**
 * A row of marbles around y = 0. If the diagram shows when the row is subscribed, the row is shaded then, and
 * values outside a subscription are hollow.
 */
export const drawRow = (pen: Pen, row: Row, spans?: readonly Span[]): string =>
  [
    ...(spans ?? []).map((span) => band(pen, row, span)),
    line(pen, row, spans),
    levels(pen, row),
    tears(pen, row),
    groups(pen, row),
    ...row.events.map((event) => marks[event.kind](pen, event, isRead(event, spans))),
  ].join('');

/** Whether somebody sees what happens: a source goes first in each frame, so it is before who comes then. */
export const isRead = ({ at }: Happening, spans?: readonly Span[]): boolean =>
  spans?.some(({ from, to }) => (from < at || from === 0) && at <= to) ?? true;

const marks: Record<Happening['kind'], (pen: Pen, event: Happening, read: boolean) => string> = {
  value: (pen, event, read) => {
    const x = pen.x(event);
    const word = pen.text(event.letter);
    const half = Math.max(pen.radius, word.length * 4 + 5);
    const kind = read ? `ball${pen.colour(event.letter)}` : 'ball missed';
    return pill(kind, [x - half, x + half], pen.radius) + text('in', x, 4.5, word);
  },
  end: (pen, event, read) => path(read ? 'end' : 'end unheard', `M${round(pen.x(event))}-12V12`),
  error: (pen, event) => path('cross', `M${round(pen.x(event) - 7)}-7l14 14m0-14l-14 14`),
};

/** Where it is read: from just before to just behind, or around the last marble, and behind a missed one. */
function band({ time, radius }: Pen, { events }: Row, { from, to }: Span): string {
  const height = radius + 5;
  const isMarbleAt = (frame: number) => events.some(({ at }) => at === frame);
  const before = from === 0 ? height : isMarbleAt(from) ? -radius - 1 : 6;
  const start = time.x(from) - before;
  const end = Math.min(time.x(to), time.right) + (isMarbleAt(to) ? height : 6);
  return pill('band', [start, end], height) + text('read', start + 8, height + 12, 'read');
}

/** The line: dotted without a subscriber, with an arrow if it continues. */
function line(pen: Pen, row: Row, spans?: readonly Span[]): string {
  const { time, radius } = pen;
  const start = time.x(0) - radius;
  const end = endOf(pen, row);
  const read = spans?.map(({ from, to }): Stretch => [
    from === 0 ? start : time.x(from),
    Math.min(time.x(to), end),
  ]);
  const solid = read ?? [[start, end]];
  const torn = time.cuts.map(({ x }): Stretch => [x - 6, x + 6]);
  const hollow = row.events
    .filter((event) => event.kind === 'value' && !isRead(event, spans))
    .map((event): Stretch => [pen.x(event) - radius, pen.x(event) + radius]);
  const holes = [...torn, ...hollow];
  return [
    path('away', along(without([[start, end]], [...solid, ...holes]))),
    path(read ? 'on' : '', along(without(solid, holes))),
    end === time.right ? path('', `M${round(end - 6)}-5l6 5l-6 5`) : '',
  ].join('');
}

/** Where a row of booleans is true. */
function levels(pen: Pen, row: Row): string {
  const { events } = row;
  const stretches = events.flatMap((event, index): Stretch[] => {
    const next = events[index + 1];
    const until = next ? pen.x(next) : endOf(pen, row) - 8;
    return pen.text(event.letter) === 'true' ? [[pen.x(event), until]] : [];
  });
  return path('level', along(stretches));
}

/** Two strokes across the line where time is cut short. */
const tears = (pen: Pen, row: Row): string =>
  path(
    '',
    pen.time.cuts
      .filter(({ x }) => x < endOf(pen, row))
      .map(({ x }) => `M${round(x - 8)} 6l5-12M${round(x + 3)} 6l5-12`)
      .join(''),
  );

/** A frame around what happens at the same moment. */
const groups = (pen: Pen, { events }: Row): string =>
  events
    .filter(({ turn }, index) => turn > 0 && (events[index + 1]?.turn ?? 0) <= turn)
    .map((last) => {
      const margin = pen.radius + 4;
      const end = pen.x(last) + (last.kind === 'value' ? margin : 9);
      return pill('group', [pen.time.x(last.at) - margin, end], margin);
    })
    .join('');

function endOf(pen: Pen, { events }: Row): number {
  const last = events.find(({ kind }) => kind !== 'value');
  return last ? pen.x(last) : pen.time.right;
}
