import { EMPTY } from 'rxjs';
import { figures } from './figures.js';
import type { Print } from './printer.js';
import type { Screen } from './screen.js';

/** Milliseconds between two lines about a file. */
const PAUSE = 2_000;

/** A line about each file every two seconds, and one that says what became of it. */
export const plainScreen = (print: Print): Screen => ({
  row(name) {
    let next = PAUSE;
    return {
      progress(progress) {
        if (progress.elapsed < next) return;
        next = progress.elapsed + PAUSE;
        print(`${name}  ${figures(progress)}`);
      },
      sent(text) {
        print(`${name}  ${text}`);
      },
      failed: print,
    };
  },
  frames$: EMPTY,
  stop: () => undefined,
});
