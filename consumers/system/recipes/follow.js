import { openRecipe } from '../../../scripts/recipe/recipe.js';

/**
 * Follows a page of `docs/recipes`; all of its blocks have to be run.
 *
 * @param {string} name
 * @param {(page: import('../../../scripts/recipe/recipe.js').Recipe) => Promise<void>} play
 * @param {Readonly<Record<string, string>>} [standIns]
 */
export async function follow(name, play, standIns) {
  const page = await openRecipe(name, standIns);
  try {
    await play(page);
    if (page.left > 0) throw new Error(`${page.left} blocks of the page are not run`);
  } finally {
    await page.close();
  }
}
