import { entries, slug, valuesOf } from './entries.js';
import type { Exported } from './source.js';

/** Turns `{@link name}` into a link to the page of that name, as seen from the page of `from`. */
export const linked = (text: string, from?: Exported): string =>
  text.replace(/\{@link (?<name>[^}\s]+)\}/g, (_, name: string) => {
    const path = pathOf(name);
    if (path === undefined) return `\`${name}\``;
    return `[\`${name}\`](${from ? '../' : ''}${path})`;
  });

/** The page of something, as seen from `docs/`. */
function pathOf(name: string): string | undefined {
  const entry = entries().find((one) => valuesOf(one).some((value) => value.name === name));
  return entry && `${entry.name}/${slug({ name })}.md`;
}
