import type { Progress } from '../operators/index.js';
import { formatProgress, fraction } from './formatProgress.js';

/** Returns a line of at most `columns` columns for one file: its progress, or a text about what it waits for. */
export function barLine(name: string, state: Progress | string, columns: number): string {
  const text =
    typeof state === 'string' ? state : `${drawBar(state, columns)}${formatProgress(state)}`;
  const left = Math.max(NAME_COLUMNS, columns - GAP.length - text.length);
  return truncate(`${truncate(name, left)}${GAP}${text}`, columns);
}

const GAP = '  ';

/** The columns of a name on a narrow terminal. */
const NAME_COLUMNS = 8;

/** A narrow terminal shows only the figures. */
const drawBar = (progress: Progress, columns: number): string => {
  const width = Math.min(24, columns - 56);
  if (progress.total === undefined || width < 8) return '';
  return `[${'='.repeat(Math.round(width * fraction(progress))).padEnd(width)}]${GAP}`;
};

/** Cuts a text so that it fills at most `columns` columns. */
export function truncate(text: string, columns: number): string {
  const characters = Array.from(text);
  if (countColumns(characters) <= columns) return text;
  let kept = '';
  let left = columns - countColumns(['…']);
  for (const character of characters) {
    left -= countColumns([character]);
    if (left < 0) return `${kept}…`;
    kept += character;
  }
  return kept;
}

/** An upper bound: wide characters begin with Hangul, and the exact tables have 20 KiB. */
const countColumns = (characters: readonly string[]): number =>
  characters.reduce((sum, character) => sum + (character < '\u1100' ? 1 : 2), 0);
