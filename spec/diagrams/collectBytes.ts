import { collectBytes } from '../../src/operators/index.js';
import { bytes } from '../support/bytes.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '                   --a--b--c--|',
  },
  call:   'collectBytes({ limit: 9 })',
  result: '                     -----------(x|)',
  values: { a: bytes('ab'), b: bytes('c'), c: bytes('def'), x: Uint8Array.from(bytes('abcdef')) },
  play: ({ source }) => source.pipe(collectBytes({ limit: 9 })),
});
