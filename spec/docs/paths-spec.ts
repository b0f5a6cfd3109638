import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Files and folders that a page names as code: `src/serve.ts`, `node/handle.ts`, `spec/diagrams/`. */
const namedIn = (page: string): readonly string[] =>
  [
    ...readFileSync(page, 'utf8').matchAll(
      /`(?<path>(?:src|spec|scripts|docs|faults|bench|consumers|contrib|examples|operators|node|store|server|client|admin|cli|page|testing)\/[\w./-]*)`/g,
    ),
  ].map(({ groups }) => groups?.path ?? '');

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s', (page) => {
  it('names files and folders that exist', () => {
    const named = namedIn(page);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !existsSync(path) && !existsSync(`src/${path}`))).toStrictEqual(
      [],
    );
  });
});

describe('the floors of ARCHITECTURE.md', () => {
  it('have every file and folder of src', () => {
    const [, table = ''] =
      /^## Floors$(.*?)^## /ms.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ?? [];
    const all = readdirSync('src', { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `src/${entry.name}/` : `src/${entry.name}`,
    );
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((path) => !table.includes(`\`${path}\``))).toStrictEqual([]);
  });
});
