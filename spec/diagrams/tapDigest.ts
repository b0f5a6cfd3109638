import { tapDigest } from '../../src/operators/index.js';
import { diagram } from '../support/diagram.js';

const checksum = () => {
  let text = '';
  return { update: (chunk: Uint8Array) => void (text += String(chunk)), hex: () => text };
};
const report = () => undefined;

// prettier-ignore
export default diagram({
  sources: {
    source: '                 --a--b--c--|',
  },
  call:   'tapDigest(sha256, report)',
  result: '                   --a--b--c--|',
  play: ({ source }) => source.pipe(tapDigest(checksum, report)),
});
