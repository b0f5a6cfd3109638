/** The values of a text that has one JSON value per line; the last line has to end. */
export const jsonLines = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
