import type { Progress } from '../operators/index.js';
import { figures, fraction } from './figures.js';

/** A line of at most so many columns about a file on its way; without progress, it is connecting. */
export function barLine(name: string, progress: Progress | undefined, columns: number): string {
  const text = progress ? `${bar(progress, columns)}${figures(progress)}` : 'connecting';
  const left = Math.max(NAME, columns - GAP.length - text.length);
  return cut(`${cut(name, left)}${GAP}${text}`, columns);
}

const GAP = '  ';

/** Columns that a name keeps on a narrow terminal. */
const NAME = 8;

/** A narrow terminal shows the figures alone. */
const bar = (progress: Progress, columns: number): string => {
  const width = Math.min(24, columns - 56);
  if (progress.total === undefined || width < 8) return '';
  return `[${'='.repeat(Math.round(width * fraction(progress))).padEnd(width)}]${GAP}`;
};

/** The beginning of a text, so that it takes at most so many columns. */
export function cut(text: string, columns: number): string {
  const characters = Array.from(text);
  if (columnsOf(characters) <= columns) return text;
  let kept = '';
  let left = columns - columnsOf(['…']);
  for (const character of characters) {
    left -= columnsOf([character]);
    if (left < 0) return `${kept}…`;
    kept += character;
  }
  return kept;
}

/** No terminal takes more columns: wide characters begin with Hangul, and the exact tables have 20 KiB. */
const columnsOf = (characters: readonly string[]): number =>
  characters.reduce((sum, character) => sum + (character < '\u1100' ? 1 : 2), 0);
