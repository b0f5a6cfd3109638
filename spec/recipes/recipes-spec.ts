import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { linksOf } from '../support/pages.js';

const recipes = readdirSync('docs/recipes').filter((page) => page !== 'README.md');

describe('the recipes', () => {
  it('are listed, each once', () => {
    const path = 'docs/recipes/README.md';
    const listed = linksOf({ path, text: readFileSync(path, 'utf8') })
      .map((link) => link.path)
      .filter((page) => page.startsWith('docs/recipes/'));
    expect(listed.sort()).toStrictEqual(recipes.map((page) => `docs/recipes/${page}`).sort());
  });

  it.each(recipes)(
    'are run by a spec, or by a check of test:system or test:consumers: %s',
    (page) => {
      const name = page.replace('.md', '');
      const runners = [
        `spec/recipes/${name}-spec.ts`,
        `consumers/system/recipes/${name}.js`,
        `consumers/projects/${name}`,
      ];
      expect(runners.filter((path) => existsSync(path))).not.toStrictEqual([]);
    },
  );
});
