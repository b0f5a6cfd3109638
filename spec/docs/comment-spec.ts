import { Comment, type CommentDisplayPart, CommentTag } from 'typedoc/models';
import { commentOf, sentenceOf, tagged } from '../../scripts/docs/comment.js';

const text = (content: string): CommentDisplayPart => ({ kind: 'text', text: content });
const link = (name: string): CommentDisplayPart => ({
  kind: 'inline-tag',
  tag: '@link',
  text: name,
});

const example = '```ts\nhalf();\n\n// → 2\n```';
const comment = commentOf(
  new Comment(
    [
      text('Halves what comes. And more.\n\nProse\ngoes on with '),
      link('double'),
      text('.\n\n    source  -4-|\n    half()  -2-|\n\nNot for odd numbers.'),
    ],
    [
      new CommentTag('@example', [{ kind: 'code', text: example }]),
      new CommentTag('@see', [
        text(' - '),
        link('double'),
        text(', more\n'),
        text(' - this - too\n'),
      ]),
    ],
  ),
);

describe('commentOf', () => {
  it('splits a comment into its parts', () => {
    expect(comment).toMatchObject({
      lead: 'Halves what comes. And more.',
      prose: ['Prose\ngoes on with `double`.'],
      marble: ['    source  -4-|', '    half()  -2-|'],
      notFor: 'Not for odd numbers.',
    });
  });

  it('keeps an example unchanged', () => {
    expect(tagged(comment, 'example')).toStrictEqual([example]);
  });

  it('splits the list that typedoc makes of tags with one name', () => {
    expect(tagged(comment, 'see')).toStrictEqual(['`double`, more', 'this - too']);
  });

  it('is empty without a comment', () => {
    expect(commentOf()).toMatchObject({ lead: '', prose: [], tags: [] });
  });
});

describe('sentenceOf', () => {
  it('is the first one', () => {
    expect(sentenceOf(comment.lead)).toBe('Halves what comes.');
    expect(sentenceOf('RxJS 7.8 is enough. Less is not.')).toBe('RxJS 7.8 is enough.');
  });
});
