import { isatty } from 'node:tty';
import { EMPTY, noop } from 'rxjs';
import { barScreen, type TerminalSize } from './barScreen.js';
import type { SendCommand } from './clientCommand.js';
import { plainScreen } from './plainScreen.js';
import { type Print, printer, immediateWriter } from './printer.js';
import type { Screen } from './screen.js';

/** Returns the screen for a value of `--progress` and of `TERM`. */
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

/** A terminal that cannot move its cursor shows lines instead of bars. */
export function selectKind(
  choice: 'auto' | 'bar' | 'plain',
  terminal: boolean,
  term = 'dumb',
): 'bar' | 'plain' | 'none' {
  if (choice === 'auto' && !terminal) return 'none';
  const moves = term !== 'dumb' && term !== '';
  return choice === 'plain' || (terminal && !moves) ? 'plain' : 'bar';
}

/** The assumed size of a terminal whose size is unknown. */
const [COLUMNS, ROWS] = [80, 24];

const size = (): TerminalSize => {
  const [columns, rows] = isatty(2) ? process.stderr.getWindowSize() : [0, 0];
  return [columns || COLUMNS, rows || ROWS];
};

const silentScreen = (print: Print): Screen => ({
  addRow: () => ({ update: noop, retry: noop, complete: noop, fail: print }),
  frames$: EMPTY,
  stop: noop,
});
