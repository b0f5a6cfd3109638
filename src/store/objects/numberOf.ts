import type { NameTemplate } from '../directory/owner/nameTemplate.js';

/** The number in the name of an object, if the template can have made the name, and it is no backup. */
export function numberOf(
  { directories, file }: Pick<NameTemplate, 'directories' | 'file'>,
  name: string,
): number | undefined {
  const components = name.split('/');
  const patterns = [...directories, file];
  if (components.length !== patterns.length) return undefined;
  const matches = patterns.map((pattern, index) => pattern.exec(components[index] ?? ''));
  if (matches.at(-1)?.groups?.backup !== undefined) return undefined;
  const numbers = matches.map((match) => match && capturesOf(match));
  if (numbers.some((captured) => captured === null)) return undefined;
  const [id = NaN, ...others] = numbers.flatMap((captured) => captured ?? []);
  return Number.isSafeInteger(id) && others.every((other) => other === id) ? id : undefined;
}

/** The named group of a backup is one of the groups, and captured nothing. */
const capturesOf = ([, ...captures]: readonly (string | undefined)[]): readonly number[] =>
  captures.filter((capture) => capture !== undefined).map(Number);
