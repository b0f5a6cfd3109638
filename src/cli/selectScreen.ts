import { isatty } from 'node:tty';
import { EMPTY, noop } from 'rxjs';
import { barScreen, type TerminalSize } from './barScreen.js';
import type { SendCommand } from './clientCommand.js';
import { plainScreen } from './plainScreen.js';
import { type Print, printer, immediateWriter } from './printer.js';
import type { Screen } from './screen.js';

/** The screen for a choice of `--progress`, on a terminal of a kind (`TERM`). */
export function selectScreen(choice: SendCommand['progress'], term = process.env.TERM): Screen {
  switch (choice === 'none' ? choice : selectKind(choice, isatty(2), term)) {
    case 'bar':
      return barScreen(immediateWriter(2), printer(2), size);
    case 'plain':
      return plainScreen(printer(2));
    case 'none':
      return silentScreen(printer(2));
  }
}

/** A terminal that cannot move its cursor gets lines. */
export function selectKind(
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

const size = (): TerminalSize => {
  const [columns, rows] = isatty(2) ? process.stderr.getWindowSize() : [0, 0];
  return [columns || COLUMNS, rows || ROWS];
};

const silentScreen = (print: Print): Screen => ({
  addRow: () => ({ update: noop, complete: noop, fail: print }),
  frames$: EMPTY,
  stop: noop,
});
