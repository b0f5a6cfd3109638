import { interval, merge, type Observable, switchMap, tap } from 'rxjs';
import { afterPoll$ } from '../node/afterPoll.js';
import { fromSignals } from '../node/signals.js';
import type { Progress } from '../operators/index.js';
import { barLine } from './barLine.js';
import { formatTotal, summarizeTotal } from './formatTotal.js';
import type { Print } from './printer.js';
import type { Screen } from './screen.js';
import type { Total } from './totalProgress.js';
import type { Write } from './writer.js';

/** Columns and rows of a terminal. */
export type TerminalSize = readonly [columns: number, rows: number];

interface Bar {
  readonly name: string;
  /** How far it is, or what it waits for. */
  state: Progress | string;
}

/**
 * A bar for each file in transfer, above the bars a line for each finished file, and below them the total of several
 * files.
 *
 * A frame is one text, which moves the cursor to the start of the line (the terminal echoes Ctrl-C as `^C`), up over
 * the previous frame, and clears it. It changes no mode of the terminal and leaves the cursor below the bars, so Ctrl-Z
 * leaves the terminal as it was. If the terminal does not accept a frame, the frame is dropped. The lines of finished
 * files wait for the next frame, and are printed if there is none.
 */
export function barScreen(
  write: Write,
  print: Print,
  size: () => TerminalSize,
  poll$: Observable<unknown> = afterPoll$,
): Screen {
  const bars = new Set<Bar>();
  let doneLines: readonly string[] = [];
  let total: Total | undefined;
  /** Lines of the last frame that the next one replaces. */
  let drawnLines = 0;
  const draw = () => {
    const [columns, rows] = size();
    const totalLines = total === undefined ? [] : [formatTotal(total, columns - 1)];
    const barLines = fitRows(rows - totalLines.length, [...bars], ({ name, state }) =>
      barLine(name, state, columns - 1),
    );
    const lines = [...barLines, ...totalLines];
    const clear = drawnLines === 0 ? '' : `\r\x1b[${drawnLines}A\x1b[J`;
    const frame = `${clear}${[...doneLines, ...lines].map((line) => `${line}\n`).join('')}`;
    if (frame === '' || !write(frame)) return;
    doneLines = [];
    drawnLines = lines.length;
  };
  return {
    addRow(name) {
      const bar: Bar = { name, state: 'connecting' };
      bars.add(bar);
      const settle = (line: string) => {
        bars.delete(bar);
        doneLines = [...doneLines, line];
      };
      return {
        update(progress) {
          bar.state = progress;
        },
        retry(text) {
          bar.state = text;
        },
        complete(text) {
          settle(`${name}  ${text}`);
        },
        fail: settle,
      };
    },
    showTotal(now) {
      total = now;
    },
    frames$: merge(
      // A process that was stopped receives SIGCONT in the poll, after its timers have run.
      interval(FRAME_MS).pipe(
        switchMap(() => poll$),
        tap(draw),
      ),
      // The lines above the cursor now belong to the shell.
      fromSignals('SIGCONT').pipe(tap(() => (drawnLines = 0))),
    ),
    stop() {
      bars.clear();
      if (total !== undefined) doneLines = [...doneLines, summarizeTotal(total)];
      total = undefined;
      draw();
      doneLines.forEach(print);
      doneLines = [];
    },
  };
}

const FRAME_MS = 250;

/** Returns a line for each item, as many as fit above the cursor, and one that counts the others. */
function fitRows<T>(rows: number, items: readonly T[], line: (item: T) => string): string[] {
  if (items.length < rows) return items.map(line);
  const shown = items.slice(0, Math.max(0, rows - 2));
  return [...shown.map(line), `… and ${items.length - shown.length} more`];
}
