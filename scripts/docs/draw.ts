import { marblesIn, type Row, type Span, spanIn } from './marbles.js';
import { penFor } from './pen.js';
import { drawRow, isRead } from './row.js';
import { style } from './style.js';
import { at, escaped, path, round, text } from './svg.js';
import { timeline } from './timeline.js';

/** What is drawn of a diagram. */
export interface Picture {
  readonly call: string;
  readonly sources: readonly Source[];
  readonly result: string;
  /** What letters stand for, where that is short enough to be written on a marble. */
  readonly words: Readonly<Record<string, string>>;
  /** The name of the error, where there is one. */
  readonly error?: string | undefined;
}

export interface Source {
  readonly name: string;
  readonly row: string;
  /** When it is subscribed, where the diagram tells. */
  readonly read?: readonly string[] | undefined;
}

/** Draws a marble diagram as SVG: the sources, the operator as a box, and what comes of it. */
export function draw({ call, sources, result, words, error }: Picture): string {
  const above = sources.map(({ name, row, read }) => ({
    name,
    row: marblesIn(row),
    spans: read?.map(spanIn),
  }));
  const below = marblesIn(result);
  const rows = [...above.map(({ row }) => row), below];
  const time = timeline(
    momentsOf(
      rows,
      above.flatMap(({ spans = [] }) => spans),
    ),
    PLACE,
  );
  const pen = penFor(time, rows, words);

  const top = time.cuts.length > 0 ? CUT : 0;
  const strips = stacked(above, top);
  const box = (strips.at(-1)?.bottom ?? 0) + 2;
  const y = box + BOX + 32;
  const width = round(time.right + PLACE.left);
  const height = y + (error === undefined ? HALF : HALF + WHY);
  const failed = below.events.find(({ kind }) => kind === 'error');

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">Marble diagram of ${escaped(call)}</title>`,
    `<desc id="d">${escaped([...sources, { name: call, row: result }].map(({ name, row }) => `${name}: ${row}`).join('\n'))}</desc>`,
    style,
    ...time.cuts.map(({ x, duration }) => text('cut', x, 12, spoken(duration))),
    path(
      'drop',
      [
        ...strips.flatMap((strip) =>
          strip.row.events
            .filter((event) => event.kind === 'value' && isRead(event, strip.spans))
            .map((event) => `M${round(pen.x(event))} ${strip.y}V${box}`),
        ),
        ...below.events
          .filter(({ turn }) => turn === 0)
          .map((event) => `M${round(pen.x(event))} ${box + BOX}V${y}`),
      ].join(''),
    ),
    ...strips.map((strip) =>
      at(
        strip.y,
        text('name', 10, -pen.radius - 10, strip.name) + drawRow(pen, strip.row, strip.spans),
      ),
    ),
    `<rect class="box" x="1" y="${box}" width="${width - 2}" height="${BOX}" rx="8"/>`,
    `<text class="call" x="${width / 2}" y="${box + BOX / 2 + 5}"${fitted(call, width - 24)}>${escaped(call)}</text>`,
    at(
      y,
      drawRow(pen, below) +
        (failed && error !== undefined
          ? text('why', Math.min(pen.x(failed) + 8, width - 4), 30, error)
          : ''),
    ),
    '</svg>\n',
  ].join('\n');
}

/** Pixels. */
const PLACE = { left: 34, width: 452 };
const CUT = 14;
const NAME = 38;
const HALF = 22;
const READ = 16;
const BOX = 34;
const WHY = 14;

interface Strip {
  readonly name: string;
  readonly row: Row;
  readonly spans: readonly Span[] | undefined;
  /** Its line. */
  readonly y: number;
  readonly bottom: number;
}

const stacked = (rows: readonly Omit<Strip, 'y' | 'bottom'>[], top: number): readonly Strip[] =>
  rows.reduce<readonly Strip[]>((strips, row) => {
    const y = (strips.at(-1)?.bottom ?? top) + NAME;
    return [...strips, { ...row, y, bottom: y + HALF + (row.spans ? READ : 0) }];
  }, []);

const momentsOf = (rows: readonly Row[], spans: readonly Span[]): readonly number[] => [
  ...rows.flatMap(({ events, length }) => [
    length,
    ...events.map(({ at: time, turn }) => time + turn),
  ]),
  ...spans.flatMap(({ from, to }) => (to === Infinity ? [from] : [from, to])),
];

/** As people say it: `10 s`, `9,999 ms`. */
const spoken = (duration: number): string =>
  duration % 60_000 === 0
    ? `${duration / 60_000} min`
    : duration % 1_000 === 0
      ? `${duration / 1_000} s`
      : `${duration.toLocaleString('en')} ms`;

/** A long call is written more narrowly. */
const fitted = (call: string, room: number): string =>
  call.length * 8 > room ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : '';
