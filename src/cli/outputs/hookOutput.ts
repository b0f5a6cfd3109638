import { ignoreElements, mergeMap, tap } from 'rxjs';
import type { ServerEvent } from '../../server/events.js';
import { escapeControls } from '../../node/escapeControls.js';
import type { Print } from '../printer.js';
import { fileOf } from './line.js';
import type { Output } from './output.js';

/** Prints what the commands of files have printed, each line with the name of its file: `7.file: done`. */
export const hookOutput =
  (print: Print): Output =>
  (events$) =>
    events$.pipe(mergeMap(linesOf), tap(print), ignoreElements());

function linesOf(event: ServerEvent): readonly string[] {
  if (event.type !== 'hook' && event.type !== 'failed') return [];
  const output = event.type === 'hook' ? event.output : event.error.output;
  if (typeof output !== 'string' || output.trim() === '') return [];
  return output
    .trimEnd()
    .split('\n')
    .map((line) => `${fileOf(event)}: ${escapeControls(line)}`);
}
