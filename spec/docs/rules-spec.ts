import { readFileSync } from 'node:fs';
import { cases as suite } from '../../faults/cases/index.js';
import { filesOf } from '../support/pages.js';

const page = readFileSync('docs/guarantees.md', 'utf8');

interface Rule {
  readonly number: string;
  readonly specs: readonly string[];
}

/** The rules of the page: `### S7: …`, and the specs that it links to. */
const rules: readonly Rule[] = page
  .split(/^(?=##)/m)
  .map((text) => ({ text, number: /^### (?<number>[SC]\d+): /.exec(text)?.groups?.number }))
  .flatMap(({ text, number }) => {
    if (number === undefined) return [];
    const specs = [...text.matchAll(/\]\(\.\.\/(?<path>spec\/[^)]+-spec\.ts)\)/g)];
    return [{ number, specs: specs.map(({ groups }) => groups?.path ?? '') }];
  });

/** Where a rule is named in the sources: `(S7)`, `(S2, C2)`. */
const named = filesOf(['.ts', '.js', '.md']).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/\((?<numbers>[SC]\d+(?:, [SC]\d+)*)/g)]
    .flatMap(({ groups }) => groups?.numbers?.split(', ') ?? [])
    .map((number) => ({ path, number })),
);

/** The cases of the fault suite: their names and their titles. */
const cases = new Map(suite.map(({ name, title }) => [name, title]));

/** The cases of the page: rows of its table, and items of its list. */
const listed = [
  ...page.matchAll(/^\| `(?<name>[\w-]+)` +\| (?<title>.*?) +\|/gm),
  ...page.matchAll(/^- `(?<name>[\w-]+)`: (?<title>.*(?:\n {2}.*)*)/gm),
].map(({ groups }) => [groups?.name ?? '', groups?.title?.replace(/\s+/g, ' ') ?? ''] as const);

describe('the rules', () => {
  it('are S1 to S13 and C1 to C8, each once', () => {
    const numbers = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
    expect(rules.map(({ number }) => number)).toStrictEqual([
      ...numbers('S', 13),
      ...numbers('C', 8),
    ]);
  });

  it('have every number that a spec, a source or a page names', () => {
    const defined = rules.map(({ number }) => number);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ number }) => !defined.includes(number))).toStrictEqual([]);
  });

  it.each(rules)('name a spec of $number whose titles name the rule', ({ number, specs }) => {
    const naming = named.filter((one) => one.number === number).map(({ path }) => path);
    expect(specs.filter((path) => naming.includes(path))).not.toStrictEqual([]);
  });

  it('name cases that the fault suite has', () => {
    const stated = [...page.matchAll(/Fault\s+cases:\s(?<text>[^.]*)\./g)]
      .flatMap(({ groups }) => [...(groups?.text ?? '').matchAll(/`(?<name>[\w-]+)`/g)])
      .map(({ groups }) => groups?.name);
    expect(stated.length).toBeGreaterThan(40);
    expect(stated.filter((name) => !cases.has(name ?? ''))).toStrictEqual([]);
  });

  it('are followed by every case that the fault suite has, with its title, and by no other', () => {
    expect(new Map(listed)).toStrictEqual(cases);
    expect(listed).toHaveLength(cases.size);
  });
});
