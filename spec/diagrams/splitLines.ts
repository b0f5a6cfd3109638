import { splitLines } from '../../src/operators/index.js';
import { bytes } from '../support/bytes.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '                 --a----b----c|',
  },
  call:   'splitLines({ limit: 9 })',
  result: '                   --p----(qr)--(s|)',
  values: {
    a: bytes('one\ntw'), b: bytes('o\nthree\nfo'), c: bytes('ur'),
    p: 'one', q: 'two', r: 'three', s: 'four',
  },
  play: ({ source }) => source.pipe(splitLines({ limit: 9 })),
});
