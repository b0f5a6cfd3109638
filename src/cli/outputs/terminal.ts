import { filter, ignoreElements, map, tap } from 'rxjs';
import type { Print } from '../printer.js';
import { type LineOptions, lineOf } from './line.js';
import type { Output } from './output.js';

/** Prints a line for each event that a person at a terminal follows. */
export const terminal =
  (print: Print, lines: LineOptions): Output =>
  (events$) =>
    events$.pipe(
      map((event) => lineOf(event, lines)),
      filter((line) => line !== undefined),
      tap(print),
      ignoreElements(),
    );
