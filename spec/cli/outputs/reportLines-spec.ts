import { from, toArray } from 'rxjs';
import { reportLines } from '../../../src/cli/outputs/reportLines.js';
import { errorData } from '../../../src/errorData.js';
import { type ClientReport, ResetError } from '../../../src/index.js';
import { STAMP } from '../../support/events.js';
import { first } from '../../support/outcome.js';

const error = errorData(new ResetError());
const REPORTS: readonly ClientReport[] = [
  { ...STAMP, type: 'connected', file: 'a.bin', peer: '127.0.0.1:5000', total: 5 },
  { ...STAMP, type: 'progress', file: 'a.bin', bytes: 5 },
  { ...STAMP, type: 'failed', file: 'a.bin', reason: 'RESET', error },
];

const linesOf = (...reports: readonly (ClientReport | undefined)[]) =>
  reports.map((report) => JSON.stringify(report));

/** Prints the reports to a reader; returns the lines that it gets, the texts, and the problems. */
async function printed(isRead: boolean) {
  const lines: string[] = [];
  const texts: string[] = [];
  const output = reportLines(
    (line) => isRead && lines.push(line) > 0,
    (text) => isRead && texts.push(text) > 0,
  );
  const problems = await first(from(REPORTS).pipe(output, toArray()));
  return { lines, texts, problems };
}

describe('reportLines', () => {
  it('prints each report as a line of JSON, and progress only if it is read at once', async () => {
    expect(await printed(true)).toStrictEqual({
      lines: linesOf(REPORTS[0], REPORTS[2]),
      texts: [`${JSON.stringify(REPORTS[1])}\n`],
      problems: [],
    });
  });

  it('reports each lost line but progress', async () => {
    const { problems } = await printed(false);
    expect(problems).toStrictEqual(
      Array.from({ length: 2 }, () => ({
        text: 'a report is lost: standard output is read too slowly',
      })),
    );
  });
});
