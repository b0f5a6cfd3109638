import { TooLongError } from '../../src/errors.js';
import { maxDuration } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '        --a--b--c--d--e--|',
  },
  call:   'maxDuration(9)',
  result: '          --a--b--c#',
  read: { source: [ '^--------!'] },
  error: new TooLongError(9),
  play: ({ source }) => source.pipe(maxDuration(9)),
});
