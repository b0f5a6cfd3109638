import { tapDigest } from '../../src/operators/index.js';
import tapDigestDiagram from '../diagrams/tapDigest.js';
import { bytes } from '../support/bytes.js';
import { holdsTo } from '../support/diagram.js';
import { obeysTheLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';

const CHUNKS = { a: bytes('a'), b: bytes('b') };
const CAUSE = new Error('nobody listens');

/** Its hash is its bytes. */
const plain = () => {
  let text = '';
  return {
    update: (chunk: Uint8Array) => {
      text += String(chunk);
    },
    hex: () => text,
  };
};

// prettier-ignore
describe('tapDigest', () => {
  obeysTheLaws(() => tapDigest(plain, () => undefined), CHUNKS);

  it('does what its diagram shows', holdsTo(tapDigestDiagram));

  const told = (row: string, expected: string, unsub?: string): string[] => {
    const hashes: string[] = [];
    marbles(({ hot, expectObservable }) => {
      const data = hot(row, CHUNKS);
      expectObservable(data.pipe(tapDigest(plain, (hex) => hashes.push(hex))), unsub).toBe(expected, CHUNKS);
    })();
    return hashes;
  };

  it('reports the hash of all bytes at their end', () => {
    expect(told('-a-b-|', '-a-b-|')).toStrictEqual(['ab']);
  });

  it('reports the hash of no bytes', () => {
    expect(told('-|', '-|')).toStrictEqual(['']);
  });

  it('reports nothing if the source errors', () => {
    expect(told('-a-#', '-a-#')).toStrictEqual([]);
  });

  it('reports nothing if it is unsubscribed', () => {
    expect(told('-a-b', '-a--', '---!')).toStrictEqual([]);
  });

  it('errors with what the report function throws', marbles(({ hot, expectObservable }) => {
    const data     = hot('-a-|', CHUNKS);
    const expected = '    -a-#';
    const refuse   = () => { throw CAUSE; };
    expectObservable(data.pipe(tapDigest(plain, refuse))).toBe(expected, CHUNKS, CAUSE);
  }));
});
