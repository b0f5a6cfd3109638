import { ReceiptError } from '../errors.js';
import type { Digest } from '../node/sha256.js';

/** Compares the bytes that were sent with the server's receipt. */
export interface ExpectedReceipt {
  /** Adds a block that is sent to the server. */
  addSent(block: Uint8Array): void;
  /** Adds a chunk of the server's answer. */
  addAnswer(chunk: Uint8Array): void;
  /** Throws ReceiptError unless the answer is the one line of a receipt, whole, for exactly what was sent. */
  check(): void;
}

/** Expects `OK <id> <bytes> <sha256>` and the end of the line, and nothing else. */
export function expectReceipt(digest: Digest): ExpectedReceipt {
  let bytes = 0;
  let answer = '';
  return {
    addSent(block) {
      bytes += block.byteLength;
      digest.update(block);
    },
    addAnswer(chunk) {
      answer += String.fromCharCode(...chunk.subarray(0, ANSWER_LIMIT - answer.length));
    },
    check() {
      const expected = `${bytes} ${digest.hex()}`;
      const { facts } = /^OK \d+ (?<facts>\d+ [0-9a-f]+)\n$/.exec(answer)?.groups ?? {};
      if (facts !== expected) throw new ReceiptError(answer, expected);
    },
  };
}

/** Bytes of an answer that are looked at; a receipt has about 100. */
const ANSWER_LIMIT = 1024;
