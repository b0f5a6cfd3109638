/** Where each moment of a diagram stands, from left to right. */
export interface Timeline {
  readonly x: (time: number) => number;
  /** Long silences of all rows at once, which are cut short. */
  readonly cuts: readonly Cut[];
  /** Pixels of a frame. */
  readonly pitch: number;
  /** Where the lines end. */
  readonly right: number;
}

export interface Cut {
  /** Its middle. */
  readonly x: number;
  /** Frames that pass there. */
  readonly duration: number;
}

/** Lays out the moments at which anything happens in any row, over `width` pixels or a little more. */
export function timeline(moments: Iterable<number>, { left, width }: Place): Timeline {
  const times = [...new Set([0, ...moments])].sort((a, b) => a - b);
  const gaps = times.slice(1).map((to, index) => ({ from: times[index] ?? 0, to }));
  const long = gaps.filter(isLong);
  const frames = gaps
    .filter((gap) => !isLong(gap))
    .reduce((sum, { from, to }) => sum + to - from, 0);
  const room = width - long.length * CUT;
  const pitch = Math.min(WIDEST, Math.max(NARROWEST, room / Math.max(frames, 1)));

  const cuts: Cut[] = [];
  const places = new Map([[0, left]]);
  let x = left;
  for (const gap of gaps) {
    const step = isLong(gap) ? CUT : (gap.to - gap.from) * pitch;
    if (isLong(gap)) cuts.push({ x: x + step / 2, duration: gap.to - gap.from });
    x += step;
    places.set(gap.to, x);
  }
  return {
    x: (time) => places.get(time) ?? x,
    cuts,
    pitch,
    right: Math.max(left + width, x),
  };
}

export interface Place {
  readonly left: number;
  readonly width: number;
}

const isLong = ({ from, to }: { from: number; to: number }): boolean =>
  to - from > MAX_SILENCE_FRAMES;

/** Frames of a silence that is drawn in full. */
const MAX_SILENCE_FRAMES = 12;

/** Pixels. */
const CUT = 84;
const NARROWEST = 16;
const WIDEST = 34;
