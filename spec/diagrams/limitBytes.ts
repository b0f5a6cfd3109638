import { TooLargeError } from '../../src/errors.js';
import { limitBytes } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '       --5--4--3--|',
  },
  call:   'limitBytes(9)',
  result: '         --5--4--#',
  read: { source: ['^-------!'] },
  values: { 5: { byteLength: 5 }, 4: { byteLength: 4 }, 3: { byteLength: 3 } },
  error: new TooLargeError(9),
  play: ({ source }) => source.pipe(limitBytes(9)),
});
