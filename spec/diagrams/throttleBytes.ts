import { byteBudget, throttleBytes } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

// prettier-ignore
export default diagram({
  sources: {
    source: '                                          --4--4-----4---4--|',
  },
  call:   'throttleBytes(byteBudget(1_000, { burst: 0 }))',
  result: '                                            --4--------4------|',
  read: { source: [                                   '^-!                ',
                                                      '------^----!       ',
                                                      '---------------^--!'] },
  values: { 4: { byteLength: 4 } },
  play: ({ source }) => source.pipe(throttleBytes(byteBudget(1_000, { burst: 0 }))),
});
