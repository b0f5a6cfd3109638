import { splitFrames } from '../../src/operators/index.js';
import { bytes } from '../support/bytes.js';
import { diagram } from '../support/diagram.js';

const frame = (text: string) => Uint8Array.from(bytes(text));

// prettier-ignore
export default diagram({
  sources: {
    source: '                             --a----b----|',
  },
  call:   'splitFrames({ prefix: 1, limit: 9 })',
  result: '                               --p----(qr)-|',
  values: {
    a: bytes('\x03one\x03tw'), b: bytes('o\x05three'),
    p: frame('one'), q: frame('two'), r: frame('three'),
  },
  play: ({ source }) => source.pipe(splitFrames({ prefix: 1, limit: 9 })),
});
