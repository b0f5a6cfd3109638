import { NEVER } from 'rxjs';
import { TooLargeError } from '../../src/errors.js';
import { limitBytes } from '../../src/operators/index.js';
import limitBytesDiagram from '../diagrams/limitBytes.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

/** Chunks of which the size alone matters. */
const CHUNKS = {
  0: { byteLength: 0 },
  1: { byteLength: 1 },
  4: { byteLength: 4 },
  5: { byteLength: 5 },
};

// prettier-ignore
describe('limitBytes', () => {
  obeysTheLaws(() => limitBytes<{ byteLength: number }>(9), { a: CHUNKS[4], b: CHUNKS[5] });

  it('does what its diagram shows', holdsTo(limitBytesDiagram));

  it('passes on exactly as many bytes as the limit', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-5-4-0-|', CHUNKS);
    const dataSubs = '    ^------!';
    const expected = '    -5-4-0-|';
    expectObservable(data.pipe(limitBytes(9))).toBe(expected, CHUNKS);
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('errors at the chunk that crosses the limit, and does not pass it on', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('-5-4-1-|', CHUNKS);
    const dataSubs = '    ^----!  ';
    const expected = '    -5-4-#  ';
    expectObservable(data.pipe(limitBytes(9))).toBe(expected, CHUNKS, new TooLargeError(9));
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('costs nothing without a limit', () => {
    expect(NEVER.pipe(limitBytes(Infinity))).toBe(NEVER);
  });

  it.each([-1, NaN])('rejects %d bytes', (limit) => {
    expect(() => limitBytes(limit)).toThrow(RangeError);
  });
});
