import { isatty } from 'node:tty';
import { defer, from, map, type Observable, of } from 'rxjs';
import type { Progress } from '../operators/index.js';
import type { Sending } from './clientCommand.js';
import { plainScreen } from './plainScreen.js';
import { type Print, printer } from './printer.js';

/** What shows a person how the files get on. */
export interface Screen {
  row(name: string): Row;
  stop(): void;
}

/** How one file gets on. */
export interface Row {
  progress(progress: Progress): void;
  /** It is sent; the text says how fast. */
  sent(text: string): void;
  /** It is not; the line says why, whole. */
  failed(line: string): void;
}

/** The screen for a choice of `--progress`. What draws bars is loaded only where they are drawn. */
export function screenFor(choice: Sending['progress']): Observable<Screen> {
  const print = printer(2);
  const bars = choice === 'bar' || (choice === 'auto' && isatty(2));
  if (bars)
    return defer(() => from(import('./barScreen.js'))).pipe(map(({ barScreen }) => barScreen()));
  return of(choice === 'plain' ? plainScreen(print) : silentScreen(print));
}

const silentScreen = (print: Print): Screen => ({
  row: () => ({ progress: nothing, sent: nothing, failed: print }),
  stop: nothing,
});

const nothing = () => undefined;
