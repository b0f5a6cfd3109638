import { readdirSync } from 'node:fs';

/** The pages that people write; parts of them may be generated. */
export const writtenPages = (): readonly string[] => [
  'README.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
