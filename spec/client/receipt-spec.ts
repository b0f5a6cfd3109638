import { expectReceipt } from '../../src/client/receipt.js';
import { ReceiptError } from '../../src/errors.js';
import { sha256 } from '../../src/node/sha256.js';
import { bytes } from '../support/bytes.js';
import { thrownBy } from '../support/outcome.js';

const SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const RECEIPT = `OK 7 3 ${SHA256}\n`;

/** Sends "abc", and gets an answer in some pieces. */
function answered(...pieces: readonly string[]) {
  const receipt = expectReceipt(sha256());
  receipt.addSent(bytes('ab'));
  receipt.addSent(bytes('c'));
  for (const piece of pieces) receipt.addAnswer(bytes(piece));
  return receipt;
}

describe('a receipt', () => {
  it.each([[[RECEIPT]], [RECEIPT.match(/./gs) ?? []]])('confirms the sent bytes: %j', (pieces) => {
    expect(answered(...pieces).check()).toStrictEqual({ id: 7, sha256: SHA256 });
  });

  it('is looked for in the first KiB of an answer', () => {
    const error = thrownBy(() => {
      answered('x'.repeat(1_000), 'y'.repeat(1_000), 'z').check();
    });
    expect(error).toHaveProperty('answer', 'x'.repeat(1_000) + 'y'.repeat(24));
  });

  it.each([
    ['none', ''],
    ['one without its end of the line', RECEIPT.trimEnd()],
    ['half of one', RECEIPT.slice(0, 40)],
    ['one of another length', RECEIPT.replace(' 3 ', ' 4 ')],
    ['one of other bytes', RECEIPT.replace('ba78', 'ba79')],
    ['one with a word before', `hello\n${RECEIPT}`],
    ['two', RECEIPT + RECEIPT],
    ['a flood', 'x'.repeat(5_000)],
  ])('is not accepted: %s', (_, answer) => {
    const error = thrownBy(() => {
      answered(answer).check();
    });
    expect(error).toStrictEqual(new ReceiptError(answer.slice(0, 1024), `3 ${SHA256}`));
  });
});
