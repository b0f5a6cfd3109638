import { posix } from 'node:path';
import { sentenceOf } from './comment.js';
import { categories, categoryOf, type Entry, entries, slug, valuesOf } from './entries.js';
import { linked } from './links.js';
import type { Exported } from './project.js';
import { callOf } from './signature.js';

/** All pages of operators and adapters, by what they are for. */
export const byCategory = (): string =>
  categories
    .flatMap((category) => {
      const items = all().filter(({ value }) => categoryOf(value.comment) === category);
      return items.length === 0 ? [] : [`## ${category}`, items.map(line).join('\n')];
    })
    .join('\n\n');

interface Item {
  readonly entry: Entry;
  readonly value: Exported;
}

const all = (): readonly Item[] =>
  entries().flatMap((entry) => valuesOf(entry).map((value) => ({ entry, value })));

/** As `docs/operators.md` has it. */
function line({ entry, value }: Item): string {
  const folder = 'docs';
  const path = posix.relative(folder, `docs/${entry.name}/${slug(value)}.md`);
  const sentence = sentenceOf(value.comment.lead).replace(/\n/g, ' ');
  return `- [\`${callOf(value)}\`](${path}): ${linked(sentence, { name: value.name, folder })}`;
}
