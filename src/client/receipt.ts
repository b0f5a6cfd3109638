import { ReceiptError } from '../errors.js';
import type { Digest } from '../node/sha256.js';

/** What was sent, and what the server says of it. */
export interface ExpectedReceipt {
  /** Takes what goes to the server. */
  sent(block: Uint8Array): void;
  /** Takes what comes back. */
  came(chunk: Uint8Array): void;
  /** Throws ReceiptError unless the answer is the one line of a receipt, whole, for exactly what was sent. */
  check(): void;
}

/** Expects `OK <id> <bytes> <sha256>` and the end of the line, and nothing else. */
export function expectReceipt(digest: Digest): ExpectedReceipt {
  let bytes = 0;
  let answer = '';
  return {
    sent(block) {
      bytes += block.byteLength;
      digest.update(block);
    },
    came(chunk) {
      answer += String.fromCharCode(...chunk.subarray(0, MOST - answer.length));
    },
    check() {
      const expected = `${bytes} ${digest.hex()}`;
      const { facts } = /^OK \d+ (?<facts>\d+ [0-9a-f]+)\n$/.exec(answer)?.groups ?? {};
      if (facts !== expected) throw new ReceiptError(answer, expected);
    },
  };
}

/** Bytes of an answer that are looked at; a receipt has about 100. */
const MOST = 1024;
