import { filter, map } from 'rxjs';
import type { ClientReport } from '../../client/events.js';
import { escapeJson } from '../../node/escapeJson.js';
import type { TryPrint } from '../printer.js';
import type { Write } from '../writer.js';
import type { Output } from './output.js';

/**
 * Prints each report of the client as one line of JSON. While the reader is slow, `progress` is dropped, because it is
 * out of date later; the other lines wait, as `print` does.
 *
 * @param write writes a text at once, or not at all
 */
export const reportLines =
  (print: TryPrint, write: Write): Output<ClientReport> =>
  (reports$) =>
    reports$.pipe(
      map((report) => [report.type, escapeJson(JSON.stringify(report))] as const),
      filter(([type, line]) => {
        if (type !== 'progress') return !print(line);
        write(`${line}\n`);
        return false;
      }),
      map(() => ({ text: 'a report is lost: standard output is read too slowly' })),
    );
