import { progress } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '              --1-4---8-|',
  },
  call:   'progress({ total: 8 })',
  result: '                --p-q---r-|',
  values: {
    1: 1, 4: 4, 8: 8,
    p: { bytes: 1, total: 8, elapsed: 2, rate: 500, average: 500, eta: 14 },
    q: { bytes: 4, total: 8, elapsed: 4, rate: 1_000, average: 1_000, eta: 4 },
    r: { bytes: 8, total: 8, elapsed: 8, rate: 1_000, average: 1_000, eta: 0 },
  },
  play: ({ source }) => source.pipe(progress({ total: 8 })),
});
