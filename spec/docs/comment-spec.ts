import { commentOf, sentenceOf, tagged } from '../../scripts/docs/comment.js';

const comment = commentOf(`/**
 * Halves what comes. And more.
 *
 * Prose
 * goes on.
 *
 *     source  -4-|
 *     half()  -2-|
 *
 * Not for odd numbers.
 *
 * @param by how much
 * @example
 * \`\`\`ts
 * half();
 *
 * // → 2
 * \`\`\`
 * @see {@link double}
 */`);

describe('commentOf', () => {
  it('splits a comment into its parts', () => {
    expect(comment).toMatchObject({
      lead: 'Halves what comes. And more.',
      prose: ['Prose\ngoes on.'],
      marble: ['    source  -4-|', '    half()  -2-|'],
      notFor: 'Not for odd numbers.',
    });
  });

  it('keeps an example unchanged', () => {
    expect(tagged(comment, 'example')).toStrictEqual(['```ts\nhalf();\n\n// → 2\n```']);
    expect(tagged(comment, 'see')).toStrictEqual(['{@link double}']);
  });

  it('reads a comment of one line', () => {
    expect(commentOf('/** Bytes so far. */')).toMatchObject({ lead: 'Bytes so far.', tags: [] });
  });
});

describe('sentenceOf', () => {
  it('is the first one', () => {
    expect(sentenceOf(comment.lead)).toBe('Halves what comes.');
    expect(sentenceOf('RxJS 7.8 is enough. Less is not.')).toBe('RxJS 7.8 is enough.');
  });
});
