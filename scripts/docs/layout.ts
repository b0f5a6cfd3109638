import { marblesIn, type Row, type Span, spanIn } from './marbles.js';
import type { Picture } from './picture.js';
import { type Timeline, timeline } from './timeline.js';

/** Where everything in a picture stands, in pixels. */
export interface Layout {
  readonly time: Timeline;
  /** Above the box, from top to bottom. */
  readonly sources: readonly Strip[];
  readonly box: { readonly top: number; readonly bottom: number };
  readonly result: { readonly row: Row; readonly y: number };
  readonly width: number;
  readonly height: number;
}

/** A source, and the place of its line. */
export interface Strip {
  readonly name: string;
  readonly row: Row;
  readonly spans: readonly Span[] | undefined;
  readonly y: number;
}

export function layout({ sources, result, error }: Picture): Layout {
  const above = sources.map(({ name, row, read }) => ({
    name,
    row: marblesIn(row),
    spans: read?.map(spanIn),
  }));
  const below = marblesIn(result);
  const time = timeline([...above, { row: below, spans: [] }].flatMap(momentsOf), PLACE);

  const strips: Strip[] = [];
  let top = time.cuts.length > 0 ? TIME : 0;
  for (const source of above) {
    strips.push({ ...source, y: top + NAME });
    top += NAME + HALF + (source.spans ? READ : 0);
  }
  const box = { top: top + 2, bottom: top + 2 + BOX };
  const y = box.bottom + NAME - 6;
  return {
    time,
    sources: strips,
    box,
    result: { row: below, y },
    width: Math.round(time.right + PLACE.left),
    height: y + HALF + (error === undefined ? 0 : WHY),
  };
}

const momentsOf = ({ row, spans = [] }: Omit<Strip, 'name' | 'y'>): readonly number[] => [
  row.length,
  ...row.events.map(({ at, turn }) => at + turn),
  ...spans.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite),
];

/** Room from left to right: the widest word on a marble at the first moment fits in. */
const PLACE = { left: 34, width: 452 };

/** Room from top to bottom: for how long a cut is, above a line, below it, for its shade's name, for the box … */
const TIME = 14;
const NAME = 38;
const HALF = 22;
const READ = 16;
const BOX = 34;
/** … and for an error's name. */
const WHY = 14;
