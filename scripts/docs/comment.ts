/** A TSDoc comment in its parts. */
export interface Comment {
  /** What it says first. */
  readonly lead: string;
  /** The rows of its marble diagram. */
  readonly marble: readonly string[];
  /** The paragraphs behind the first one. */
  readonly prose: readonly string[];
  /** The paragraph that begins with "Not for". */
  readonly notFor: string | undefined;
  readonly tags: readonly Tag[];
}

export interface Tag {
  readonly name: string;
  readonly text: string;
}

/** Reads a comment as it stands in the source. */
export function commentOf(source: string): Comment {
  const [body = '', ...tags] = bare(source).split(/^(?=@\w)/m);
  const paragraphs = body
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ''))
    .filter((paragraph) => paragraph !== '');
  const [lead = '', ...prose] = paragraphs.filter((paragraph) => !isMarble(paragraph));
  return {
    lead,
    marble: paragraphs.filter(isMarble).flatMap((paragraph) => paragraph.split('\n')),
    prose: prose.filter((paragraph) => !isNotFor(paragraph)),
    notFor: prose.find(isNotFor),
    tags: tags.map((tag) => {
      const [, name = '', text = ''] = /^@(\w+)\s*(.*)$/s.exec(tag) ?? [];
      return { name, text: text.trimEnd() };
    }),
  };
}

/** The first sentence of a text. */
export const sentenceOf = (text: string): string => /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;

/** All tags of a name. */
export const tagged = ({ tags }: Comment, wanted: string): readonly string[] =>
  tags.filter(({ name }) => name === wanted).map(({ text }) => text);

const bare = (source: string): string =>
  source.replace(/^\s*\/\*\*[ ]?|\s*\*\/\s*$/g, '').replace(/^[ \t]*\*[ ]?/gm, '');

const isMarble = (paragraph: string): boolean =>
  paragraph.split('\n').every((line) => line.startsWith('    '));

const isNotFor = (paragraph: string): boolean => paragraph.startsWith('Not for ');
