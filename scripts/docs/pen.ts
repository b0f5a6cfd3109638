import type { Happening, Row } from './marbles.js';
import type { Timeline } from './timeline.js';

/** The properties that all rows of a picture share. */
export interface Pen {
  readonly time: Timeline;
  /** Of a marble. */
  readonly radius: number;
  /** The middle of what happened. */
  readonly x: (event: Happening) => number;
  /** The class of a letter's colour, the same in all rows. */
  readonly colour: (letter: string) => string;
  /** What is written on a marble: its value if that is short, otherwise its letter. */
  readonly text: (letter: string) => string;
}

export function penFor(
  time: Timeline,
  rows: readonly Row[],
  values: Readonly<Record<string, string>>,
): Pen {
  const radius = Math.min(12, Math.max(9, (nearest(rows) * time.pitch) / 2 - 0.5));
  const letters = [...new Set(rows.flatMap(({ events }) => events.map(({ letter }) => letter)))];
  const coloured = letters.filter((letter) => letter !== '' && !isWord(values[letter]));
  const beside = 2 * radius + 1;
  return {
    time,
    radius,
    x: ({ at, kind, turn }) =>
      time.x(at) + turn * beside - (turn > 0 && kind !== 'value' ? radius - 6 : 0),
    colour: (letter) => {
      const index = coloured.indexOf(letter);
      return index < 0 ? '' : ` b${index % COLOURS}`;
    },
    text: (letter) => values[letter] ?? letter,
  };
}

/** `true` and `false` have no colour: the line shows them. */
const isWord = (text = ''): boolean => text === 'true' || text === 'false';

/** The minimum distance between two values of a row. */
function nearest(rows: readonly Row[]): number {
  const distances = rows.flatMap(({ events }) => {
    const times = [...new Set(events.map(({ at }) => at))];
    return times.slice(1).map((at, index) => at - (times[index] ?? 0));
  });
  return Math.min(2, ...distances);
}

/** As many as there are in the style sheet. */
const COLOURS = 7;
