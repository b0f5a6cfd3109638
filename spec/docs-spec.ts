import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tagged } from '../scripts/docs/comment.js';
import { type DiagramData, diagramOf } from '../scripts/docs/diagrams.js';
import { categories, categoryOf, entries, slug, valuesOf } from '../scripts/docs/entries.js';
import { surplus } from '../scripts/docs/made.js';
import { pages } from '../scripts/docs/pages.js';
import { isOperator } from '../scripts/docs/signature.js';
import * as node from '../src/node/index.js';
import * as operators from '../src/operators/index.js';
import { compiled, exampleOf, outputOf } from './support/examples.js';

const made = [...(await pages())];
const values = entries().flatMap(valuesOf);
const operatorNames = values
  .filter((value) => value.name in operators && isOperator(value))
  .map(({ name }) => name);

const examples = values.map(({ name, comment }) => {
  const [code = ''] = /(?<=^```ts\n).*(?=^```)/ms.exec(tagged(comment, 'example')[0] ?? '') ?? [];
  return exampleOf(slug({ name }), code);
});

describe('the documentation', () => {
  it.each(made)('has %s as `npm run docs` generates it', (path, content) => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(content);
  });

  it('has no page that is not generated', () => {
    expect(surplus(new Map(made))).toStrictEqual([]);
  });

  it.each([
    ['operators', Object.keys(operators)],
    ['node', Object.keys(node)],
  ])('has a page for each export of %s, and for nothing else', (entry, names) => {
    const there = readdirSync(`docs/${entry}`).filter((file) => file.endsWith('.md'));
    expect(there.sort()).toStrictEqual(names.map((name) => `${slug({ name })}.md`).sort());
  });

  it('has a diagram for each operator, and for nothing else', () => {
    const diagrams = readdirSync('spec/diagrams').map((file) => file.replace('.ts', ''));
    expect(diagrams.sort()).toStrictEqual([...operatorNames].sort());
  });

  it.each(operatorNames)('has a diagram of %s that its spec runs', (name) => {
    const spec = readFileSync(`spec/operators/${name}-spec.ts`, 'utf8');
    expect(spec).toContain(`import ${name}Diagram from '../diagrams/${name}.js';`);
    expect(spec).toMatch(new RegExp(`^ *it\\('.*', holdsTo\\(${name}Diagram\\)\\);$`, 'm'));
  });

  it.each(operatorNames)('shows its diagram in the comment of %s', (name) => {
    const comment = values.find((value) => value.name === name)?.comment;
    const diagram = diagramOf(name);
    const drawn = diagram ? rowsOf(diagram) : {};
    const shown = rowsIn(comment?.marble ?? []);
    expect(drawn).toMatchObject(shown);
    expect(Object.keys(shown)).toEqual(
      expect.arrayContaining([
        ...(diagram?.sources ?? []).map((source) => source.name),
        diagram?.call,
      ]),
    );
  });

  it.each(values)('documents when not to use $name, and its category', ({ comment }) => {
    expect(comment.lead).toMatch(/\.$/);
    expect(comment.notFor).toMatch(/^Not for .*\.$/s);
    expect(categories).toContain(categoryOf(comment));
  });

  const madePages = made.filter(([path]) => path.startsWith('docs/') && path.endsWith('.md'));

  it.each(madePages)('gives the meaning of each row in a table of %s', (_, page) => {
    expect(page).not.toMatch(/^\|.*\| +\|$/m);
  });

  it.each(madePages)('links no name that %s describes itself', (_, page) => {
    expect(page).not.toMatch(/^\| \[`/m);
  });

  it.each(madePages)(
    'gives the types and the defaults of %s as values, and each once',
    (_, page) => {
      expect(page).not.toMatch(/: unknown;$/m);
      expect(page).not.toMatch(/^\|.*\| `[A-Z]+_[A-Z_]+` +\|/m);
      expect(page).not.toMatch(/\| `(?<value>[^`]+)` +\|.* `?\k<value>`? by default/);
    },
  );
});

describe('the examples', () => {
  it('compile', () => {
    expect(compiled(examples)).toBe('');
  });

  it.each(examples)('print what they show: $title', async (example) => {
    expect(example.output).not.toBe('');
    expect(await outputOf(example)).toBe(example.output);
  });
});

type Rows = Record<string, string>;

/** The rows of a diagram by their names, as a comment writes them. */
function rowsOf({ sources, call, result }: DiagramData): Rows {
  const rows: Rows = { [call]: result };
  for (const { name, row, read = [] } of sources) {
    rows[name] = row;
    rows[`${name} is read`] = over(read);
  }
  return rows;
}

/** Rows that are read one after the other, in one. */
function over(rows: readonly string[]): string {
  const spans = rows.map((row) => row.replace(/^-+/, (before) => ' '.repeat(before.length)));
  return spans.reduce((line, span) => line.padEnd(span.search(/\S/)) + span.trimStart(), '');
}

/** The rows of a comment; their marbles begin in one column. */
function rowsIn(lines: readonly string[]): Rows {
  const columns = lines.map((line) => /^.*?\S {2,}(?=\S)/.exec(line)?.[0].length ?? Infinity);
  const column = Math.min(...columns);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, column).trim(), line.slice(column).trimEnd()]),
  );
}
