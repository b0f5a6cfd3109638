import { EMPTY } from 'rxjs';
import type { Progress } from '../operators/index.js';
import { formatProgress } from './formatProgress.js';
import { formatTotal, summarizeTotal } from './formatTotal.js';
import type { Print } from './printer.js';
import type { Screen } from './screen.js';
import type { Total } from './totalProgress.js';

/** Milliseconds between two lines about a file, or about all. */
const INTERVAL_MS = 2_000;

/** Prints a line for each file, and for several files together, every two seconds, and one with the result. */
export function plainScreen(print: Print): Screen {
  let total: Total | undefined;
  const isTotalDue = everyInterval();
  return {
    addRow(name) {
      let isDue = everyInterval();
      return {
        update(progress) {
          if (isDue(progress)) print(`${name}  ${formatProgress(progress)}`);
        },
        retry(text) {
          isDue = everyInterval();
          print(`${name}  ${text}`);
        },
        complete(text) {
          print(`${name}  ${text}`);
        },
        fail: print,
      };
    },
    showTotal(now) {
      total = now;
      if (isTotalDue(now)) print(formatTotal(now));
    },
    frames$: EMPTY,
    stop() {
      if (total !== undefined) print(summarizeTotal(total));
      total = undefined;
    },
  };
}

/** Returns a function that returns whether an interval has passed since it last returned true. */
function everyInterval(): (progress: Progress) => boolean {
  let nextMs = INTERVAL_MS;
  return ({ elapsed }) => {
    if (elapsed < nextMs) return false;
    nextMs = elapsed + INTERVAL_MS;
    return true;
  };
}
