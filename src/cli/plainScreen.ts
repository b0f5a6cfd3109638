import { EMPTY } from 'rxjs';
import type { Progress } from '../operators/index.js';
import { formatProgress } from './formatProgress.js';
import { formatTotal, summarizeTotal } from './formatTotal.js';
import type { Print } from './printer.js';
import type { Screen } from './screen.js';
import type { Total } from './totalProgress.js';

/** Milliseconds between two lines about a file, or about all. */
const INTERVAL_MS = 2_000;

/** Milliseconds from the first line of a file to the total, which belongs below the lines of all files. */
const ROWS_MS = 250;

/** Prints a line for each file, and for several files together, every two seconds, and one with the result. */
export function plainScreen(printLine: Print): Screen {
  let total: Total | undefined;
  const isTotalDue = everyInterval();
  /** When the first line of a file since the last total was printed. */
  let rowMs: number | undefined;
  const print: Print = (line) => {
    rowMs ??= total?.elapsed ?? 0;
    printLine(line);
  };
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
      if (rowMs === undefined || now.elapsed < rowMs + ROWS_MS || !isTotalDue(now)) return;
      printLine(formatTotal(now));
      rowMs = undefined;
    },
    frames$: EMPTY,
    stop() {
      if (total !== undefined) printLine(summarizeTotal(total));
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
