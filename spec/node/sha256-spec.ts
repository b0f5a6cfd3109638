import { sha256 } from '../../src/node/sha256.js';
import { bytes } from '../support/bytes.js';

/** FIPS 180-2, appendix B. */
const OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('sha256', () => {
  it('hashes bytes in any chunks, and returns the hash repeatedly', () => {
    const digest = sha256();
    digest.update(bytes('a'));
    digest.update(bytes('bc'));
    expect([digest.hex(), digest.hex()]).toStrictEqual([OF_ABC, OF_ABC]);
  });

  it('hashes an empty input', () => {
    expect(sha256().hex()).toBe(OF_NOTHING);
  });
});
