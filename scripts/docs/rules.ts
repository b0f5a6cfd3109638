import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Links to the specs whose titles name a rule, such as `(S7)`. */
export function specsOf(rule: string): string {
  // A title is a string: numbers in comments prove nothing.
  const named = new RegExp(`['"\`][^'"\`\\n]*\\((?:[SC]\\d+, )*${rule}[,)]`);
  const links = specs()
    .filter(({ text }) => named.test(text))
    .map(({ path }) => `[${basename(path, '-spec.ts')}](../${path})`);
  if (links.length === 0) throw new Error(`no spec names ${rule}`);
  return `Specs: ${links.join(', ')}.`;
}

interface Spec {
  readonly path: string;
  readonly text: string;
}

let read: readonly Spec[] | undefined;

const specs = (): readonly Spec[] =>
  (read ??= readdirSync('spec', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('-spec.ts') && !path.startsWith('docs/'))
    .map((path) => join('spec', path))
    .sort((one, other) => basename(one).localeCompare(basename(other), 'en'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })));
