import { layout, type Layout } from './layout.js';
import { type Pen, penFor } from './pen.js';
import type { Picture } from './picture.js';
import { drawRow, isRead } from './row.js';
import { style } from './style.js';
import { at, escaped, path, round, text } from './svg.js';

/** Draws a marble diagram as SVG: the sources, the operator as a box, and what comes of it. */
export function draw(picture: Picture): string {
  const { call, words, error } = picture;
  const places = layout(picture);
  const { time, sources, box, result, width, height } = places;
  const pen = penFor(time, [...sources.map(({ row }) => row), result.row], words);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">Marble diagram of ${escaped(call)}</title>`,
    `<desc id="d">${escaped(inWords(picture))}</desc>`,
    style,
    ...time.cuts.map(({ x, duration }) => text('cut', x, 12, spoken(duration))),
    path('drop', drops(pen, places)),
    ...sources.map(({ name, row, spans, y }) =>
      at(y, text('name', 10, -pen.radius - 10, name) + drawRow(pen, row, spans)),
    ),
    `<rect class="box" x="1" y="${box.top}" width="${width - 2}" height="${box.bottom - box.top}" rx="8"/>`,
    `<text class="call" x="${width / 2}" y="${(box.top + box.bottom) / 2 + 5}"${fitted(call, width - 24)}>${escaped(call)}</text>`,
    at(result.y, drawRow(pen, result.row) + (error === undefined ? '' : why(pen, places, error))),
    '</svg>\n',
  ].join('\n');
}

/** For those who do not see it. */
const inWords = ({ sources, call, result }: Picture): string =>
  [...sources, { name: call, row: result }].map(({ name, row }) => `${name}: ${row}`).join('\n');

/** From each value that is read into the box, and from the box to what comes of it. */
const drops = (pen: Pen, { sources, box, result }: Layout): string =>
  [
    ...sources.flatMap(({ row, spans, y }) =>
      row.events
        .filter((event) => event.kind === 'value' && isRead(event, spans))
        .map((event) => `M${round(pen.x(event))} ${y}V${box.top}`),
    ),
    ...result.row.events
      .filter(({ turn }) => turn === 0)
      .map((event) => `M${round(pen.x(event))} ${box.bottom}V${result.y}`),
  ].join('');

/** The name of the error, beside its cross. */
function why(pen: Pen, { result, width }: Layout, error: string): string {
  const cross = result.row.events.find(({ kind }) => kind === 'error');
  return cross
    ? text('why', Math.min(pen.x(cross) + 8, width - 4 - error.length * 7.3), 30, error)
    : '';
}

/** As people say it: `10 s`, `9,999 ms`. */
function spoken(duration: number): string {
  if (duration % 60_000 === 0) return `${duration / 60_000} min`;
  if (duration % 1_000 === 0) return `${duration / 1_000} s`;
  return `${duration.toLocaleString('en')} ms`;
}

/** A long call is written more narrowly. */
const fitted = (call: string, room: number): string =>
  call.length * 8 > room ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : '';
