import { isatty } from 'node:tty';
import { EMPTY } from 'rxjs';
import { barScreen, type Size } from './barScreen.js';
import type { Sending } from './clientCommand.js';
import { plainScreen } from './plainScreen.js';
import { type Print, printer, writerNow } from './printer.js';
import type { Screen } from './screen.js';

/** The screen for a choice of `--progress`, on a terminal of a kind (`TERM`). */
export function screenFor(choice: Sending['progress'], term = process.env.TERM): Screen {
  switch (choice === 'none' ? choice : kindFor(choice, isatty(2), term)) {
    case 'bar':
      return barScreen(writerNow(2), printer(2), size);
    case 'plain':
      return plainScreen(printer(2));
    case 'none':
      return silentScreen(printer(2));
  }
}

/** A terminal that cannot move its cursor gets lines. */
export function kindFor(
  choice: 'auto' | 'bar' | 'plain',
  terminal: boolean,
  term = 'dumb',
): 'bar' | 'plain' | 'none' {
  if (choice === 'auto' && !terminal) return 'none';
  const moves = term !== 'dumb' && term !== '';
  return choice === 'plain' || (terminal && !moves) ? 'plain' : 'bar';
}

/** What a terminal of unknown size is taken for. */
const [COLUMNS, ROWS] = [80, 24];

const size = (): Size => {
  const [columns, rows] = isatty(2) ? process.stderr.getWindowSize() : [0, 0];
  return [columns || COLUMNS, rows || ROWS];
};

const silentScreen = (print: Print): Screen => ({
  row: () => ({ progress: nothing, sent: nothing, failed: print }),
  frames$: EMPTY,
  stop: nothing,
});

const nothing = () => undefined;
