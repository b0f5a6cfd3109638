import { isatty } from 'node:tty';
import { defer, from, map, type Observable, of } from 'rxjs';
import type { Sending } from './clientCommand.js';
import { plainScreen } from './plainScreen.js';
import { type Print, printer } from './printer.js';
import type { Screen } from './screen.js';

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
