import { TooSlowError } from '../../src/errors.js';
import { minRate } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '                       --9---9--1---1---1---|',
  },
  call:   'minRate(1_000, { window: 10 })',
  result: '                         --9---9--1---1--#',
  read: { source: [                '^---------------!'] },
  values: { 1: { byteLength: 1 }, 9: { byteLength: 9 } },
  error: new TooSlowError(1_000),
  play: ({ source }) => source.pipe(minRate(1_000, { window: 10 })),
});
