import { ReceiptError } from '../errors.js';
import type { Digest } from '../node/sha256.js';

/** Compares the bytes that were sent with the server's receipt. */
export interface ExpectedReceipt {
  /** Adds a block that is sent to the server. */
  addSent(block: Uint8Array): void;
  /** Adds a chunk of the server's answer. */
  addAnswer(chunk: Uint8Array): void;
  /** Throws ReceiptError unless the answer is the one line of a receipt, whole, for exactly what was sent. */
  check(): Receipt;
}

/** What a receipt says beside the length. */
export interface Receipt {
  /** The number of the file on the server. */
  readonly id: number;
  /** The SHA-256 of the file, in hex. */
  readonly sha256: string;
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
      const sha256 = digest.hex();
      const expected = `${bytes} ${sha256}`;
      const { id, facts } = RECEIPT.exec(answer)?.groups ?? {};
      if (facts !== expected) throw new ReceiptError(answer, expected);
      return { id: Number(id), sha256 };
    },
  };
}

const RECEIPT = /^OK (?<id>\d+) (?<facts>\d+ [0-9a-f]+)\n$/;

/** Bytes of an answer that are looked at; a receipt has about 100. */
const ANSWER_LIMIT = 1024;
