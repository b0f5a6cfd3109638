import { posix } from 'node:path';
import { sentenceOf } from './comment.js';
import { categories, categoryOf, type Entry, entries, slug, valuesOf } from './entries.js';
import { linked } from './links.js';
import { callOf } from './signature.js';
import type { Exported } from './source.js';

/** The page that leads to the others. */
export const indexPage = (): string =>
  [
    '<!-- Made by `npm run docs` from the comments in src/. -->',
    '# Operators and adapters',
    'Each operator has a marble diagram, drawn from the rows that its spec runs, and each example is run by a spec.',
    `![Marble diagram: heldWhile(full$)](operators/heldWhile.svg)`,
    KEY,
    ...categories.flatMap((category) => {
      const items = all().filter(({ value }) => categoryOf(value.comment) === category);
      return items.length === 0
        ? []
        : [`## ${category}`, items.map((item) => line(item, 'docs')).join('\n')];
    }),
  ].join('\n\n');

/** How to read the pictures. */
const KEY = [
  '- Time goes from left to right. Above the box are the sources, below it what comes of them.',
  '- A source is shaded while it is **read**, which is while it is subscribed: subscription is willingness to read. What it emits at other times is hollow, and nobody sees it.',
  '- A bar is the end, a cross an error, an arrow goes on; a frame holds what happens at the same moment. The line is broken where a long time passes, and it says how long.',
].join('\n');

/** The same of one entry, for the README. */
export const listOf = (name: string): string =>
  all()
    .filter(({ entry }) => entry.name === name)
    .map((item) => line(item, '.'))
    .join('\n');

interface Item {
  readonly entry: Entry;
  readonly value: Exported;
}

const all = (): readonly Item[] =>
  entries().flatMap((entry) => valuesOf(entry).map((value) => ({ entry, value })));

/** As seen from the folder. */
function line({ entry, value }: Item, folder: string): string {
  const path = posix.relative(folder, `docs/${entry.name}/${slug(value)}.md`);
  const sentence = sentenceOf(value.comment.lead).replace(/\n/g, ' ');
  return `- [\`${callOf(value)}\`](${path}): ${linked(sentence, { name: value.name, folder })}`;
}
