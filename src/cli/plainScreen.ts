import { EMPTY } from 'rxjs';
import { formatProgress } from './formatProgress.js';
import type { Print } from './printer.js';
import type { Screen } from './screen.js';

/** Milliseconds between two lines about a file. */
const INTERVAL_MS = 2_000;

/** Prints a line for each file every two seconds, and one with its result. */
export const plainScreen = (print: Print): Screen => ({
  addRow(name) {
    let nextMs = INTERVAL_MS;
    return {
      update(progress) {
        if (progress.elapsed < nextMs) return;
        nextMs = progress.elapsed + INTERVAL_MS;
        print(`${name}  ${formatProgress(progress)}`);
      },
      complete(text) {
        print(`${name}  ${text}`);
      },
      fail: print,
    };
  },
  frames$: EMPTY,
  stop: () => undefined,
});
