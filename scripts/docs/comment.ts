import type { Comment as Parsed, CommentDisplayPart, CommentTag } from 'typedoc';

/** A comment in the parts of its page. */
export interface Comment {
  /** What it says first. */
  readonly lead: string;
  /** The rows of its marble diagram. */
  readonly marble: readonly string[];
  /** The paragraphs behind the first one. */
  readonly prose: readonly string[];
  /** The paragraph that begins with "Not for". */
  readonly notFor: string | undefined;
  readonly tags: readonly CommentTag[];
}

export function commentOf(comment?: Pick<Parsed, 'summary' | 'blockTags'>): Comment {
  const paragraphs = textOf(comment?.summary).split(/\n{2,}/);
  const [lead = '', ...prose] = paragraphs.filter((paragraph) => !isMarble(paragraph));
  return {
    lead,
    marble: paragraphs.filter(isMarble).flatMap((paragraph) => paragraph.split('\n')),
    prose: prose.filter((paragraph) => !isNotFor(paragraph)),
    notFor: prose.find(isNotFor),
    tags: comment?.blockTags ?? [],
  };
}

/** The text of a comment; a link is a name as code. */
export const textOf = (parts: readonly CommentDisplayPart[] = []): string =>
  parts.map(({ kind, text }) => (kind === 'inline-tag' ? `\`${text}\`` : text)).join('');

/** The first sentence of a text. */
export const sentenceOf = (text: string): string => /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;

/** The texts of all tags of a name. */
export const tagged = ({ tags }: Comment, wanted: string): readonly string[] =>
  tags
    .filter(({ tag }) => tag === `@${wanted}`)
    // typedoc makes one list of all `@see`.
    .flatMap(({ content }) => textOf(content).split(/^ - /m))
    .map((text) => text.trim())
    .filter((text) => text !== '');

const isMarble = (paragraph: string): boolean =>
  paragraph.split('\n').every((line) => line.startsWith('    '));

const isNotFor = (paragraph: string): boolean => paragraph.startsWith('Not for ');
