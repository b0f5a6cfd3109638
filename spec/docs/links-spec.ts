import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writtenPages } from '../../scripts/docs/writtenPages.js';
import { anchorsOf, type Link, linksOf, pages } from '../support/pages.js';

const links = pages().flatMap(linksOf);

const file = ({ path }: Link): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, 'README.md') : path;

const textOf = ({ from, path, anchor }: Link): string => `${from}: ${path}#${anchor}`;

describe('the links of all pages', () => {
  it('lead to files', () => {
    expect(links.length).toBeGreaterThan(300);
    expect(links.filter(({ path }) => !existsSync(path)).map(textOf)).toStrictEqual([]);
  });

  it('lead to headings', () => {
    const within = links.filter(({ anchor }) => anchor !== '');
    expect(within.length).toBeGreaterThan(10);
    expect(
      within
        .filter((link) => !anchorsOf(readFileSync(file(link), 'utf8')).includes(link.anchor))
        .map(textOf),
    ).toStrictEqual([]);
  });

  it('lead from the README to every written page', () => {
    const start = links.filter(({ from }) => from === 'README.md').map(({ path }) => path);
    const missing = writtenPages().filter((page) => !start.includes(page));
    expect(missing).toStrictEqual(['README.md', 'docs/README.md']);
  });

  it('lead from the index, over other pages of docs, to every page of docs', () => {
    const reached = new Set(['docs/README.md']);
    for (const page of reached)
      for (const { from, path } of links)
        if (from === page && path.startsWith('docs/') && path.endsWith('.md')) reached.add(path);
    const all = pages().map(({ path }) => path);
    expect(all.filter((path) => path.startsWith('docs/') && !reached.has(path))).toStrictEqual([]);
  });

  it('lead from the index to every written page, and from each back to it', () => {
    const written = writtenPages().filter(
      (page) => page !== 'README.md' && page !== 'docs/README.md',
    );
    const from = (page: string) => links.filter((link) => link.from === page);
    expect(from('docs/README.md').map(({ path }) => path)).toEqual(expect.arrayContaining(written));
    expect(
      written.filter((page) => !from(page).some(({ path }) => path === 'docs/README.md')),
    ).toStrictEqual([]);
  });
});
