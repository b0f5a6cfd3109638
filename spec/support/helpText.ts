/** Returns the names of the options that a text of `--help` lists. */
export const optionsIn = (help: string): readonly string[] =>
  [...help.matchAll(/^ {2}(?:-[a-zA-Z], | {4})--(?<name>[a-z0-9-]+)/gm)].map(
    ({ groups }) => groups?.name ?? '',
  );

/** Returns the columns and lines that a text needs. */
export function screenOf(text: string): { columns: number; lines: number } {
  const lines = text.split('\n');
  return { columns: Math.max(...lines.map((line) => line.length)), lines: lines.length };
}
