import { filter, map } from 'rxjs';
import { escapeJson } from '../../node/escapeJson.js';
import type { TryPrint } from '../printer.js';
import { isRecord } from './isRecord.js';
import type { Output } from './output.js';

/** Prints each event as one line of JSON, except samples for a live view. */
export const eventLines =
  (print: TryPrint): Output =>
  (events$) =>
    events$.pipe(
      filter(isRecord),
      filter((event) => !print(escapeJson(JSON.stringify(event)))),
      map(() => ({ text: 'an event is lost: standard output is read too slowly' })),
    );
