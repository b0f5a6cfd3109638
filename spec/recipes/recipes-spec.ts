import { existsSync, readdirSync, readFileSync } from 'node:fs';
import checks from '../../consumers/system/recipes/index.js';
import { linksOf } from '../support/pages.js';

const recipes = readdirSync('docs/recipes')
  .filter((page) => page !== 'README.md')
  .map((page) => page.replace('.md', ''));

describe('the recipes', () => {
  it('are listed, each once', () => {
    const path = 'docs/recipes/README.md';
    const listed = linksOf({ path, text: readFileSync(path, 'utf8') })
      .map((link) => link.path)
      .filter((page) => page.startsWith('docs/recipes/'));
    expect(listed.sort()).toStrictEqual(recipes.map((name) => `docs/recipes/${name}.md`).sort());
  });

  it.each(recipes)('are run by a spec, by test:system or by test:consumers: %s', (name) => {
    const paths = [`spec/recipes/${name}-spec.ts`, `consumers/projects/${name}`];
    expect(paths.some((path) => existsSync(path)) || name in checks).toBe(true);
  });
});
