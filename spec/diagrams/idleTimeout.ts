import { IdleTimeoutError } from '../../src/errors.js';
import { idleTimeout } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '        --a--b------c----------------|',
  },
  call:   'idleTimeout(9)',
  result: '          --a--b------c--------#',
  read: { source: [ '^--------------------!'] },
  error: new IdleTimeoutError(9),
  play: ({ source }) => source.pipe(idleTimeout(9)),
});
