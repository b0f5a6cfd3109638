import { filter, ignoreElements, map, tap } from 'rxjs';
import type { Print } from '../printer.js';
import { type Lines, lineOf } from './line.js';
import type { Output } from './output.js';

/** Prints a line for each event that a person at a terminal follows. */
export const terminal =
  (print: Print, lines: Lines): Output =>
  (events$) =>
    events$.pipe(
      map((event) => lineOf(event, lines)),
      filter((line) => line !== undefined),
      tap(print),
      ignoreElements(),
    );
