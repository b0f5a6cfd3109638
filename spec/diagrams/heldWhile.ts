import { heldWhile } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '        --a--b-----------c--|',
    full$:  '        f----t-----f------   ',
  },
  call:   'heldWhile(full$)',
  result: '          --a--b-----------c--|',
  read: { source: [ '^----!               ',
                    '-----------^--------!'] },
  values: { f: false, t: true },
  play: ({ full$, source }) => source.pipe(heldWhile(full$)),
});
