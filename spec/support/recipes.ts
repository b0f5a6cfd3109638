import { openRecipe, type Recipe } from '../../scripts/recipe/recipe.js';

export { until } from '../../scripts/recipe/until.js';

let pages: Recipe[] = [];

/** Follows a recipe until the spec is over; the spec has to run all of its blocks. */
export async function followed(
  name: string,
  standIns?: Readonly<Record<string, string>>,
): Promise<Recipe> {
  const page = await openRecipe(name, standIns);
  pages.push(page);
  return page;
}

afterEach(async () => {
  const left = pages.map((page) => page.left);
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
  expect(left.filter((blocks) => blocks > 0)).toStrictEqual([]);
});
