import { ignoreElements } from 'rxjs';
import { eventLines } from '../../../src/cli/outputs/eventLines.js';
import type { ServerEvent } from '../../../src/index.js';
import { opened, STAMP } from '../../support/events.js';
import { marbles } from '../../support/marbles.js';

const EVENTS: Readonly<Record<string, ServerEvent>> = {
  o: { ...STAMP, ...opened() },
  p: { ...STAMP, type: 'progress', connection: 1, peer: '192.0.2.1:5000', bytes: 1, ms: 1 },
  s: { ...STAMP, type: 'stopped' },
  u: { ...STAMP, type: 'usage', files: 1 },
};
const PROBLEM = { text: 'an event is lost: standard output is read too slowly' };

// prettier-ignore
describe('eventLines', () => {
  it('prints each event as a line of JSON, but no samples', marbles(({ hot, expectObservable, flush }) => {
    const events   = hot('-opous|', EVENTS);
    const expected = '    ------|';
    const lines: string[] = [];
    const print = (line: string) => lines.push(line) > 0;
    expectObservable(eventLines(print)(events).pipe(ignoreElements())).toBe(expected);
    flush();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toStrictEqual([EVENTS.o, EVENTS.o, EVENTS.s]);
  }));

  it('reports each event that cannot be printed', marbles(({ hot, expectObservable }) => {
    const events   = hot('-o-o-s|', EVENTS);
    const expected = '    -x-x-x|';
    expectObservable(eventLines(() => false)(events)).toBe(expected, { x: PROBLEM });
  }));
});
