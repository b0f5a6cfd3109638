/**
 * Returns the word that the user may have meant: the only one that begins with `word`, or the one that differs least,
 * by one or two letters.
 */
export function closestWord(word: string, words: readonly string[]): string | undefined {
  const completions = words.filter((other) => word !== '' && other.startsWith(word));
  if (completions.length === 1) return completions[0];
  const [closest] = words
    .map((other) => ({ other, edits: editsBetween(word, other) }))
    .filter(({ edits }) => edits <= MAX_EDITS && edits < word.length / 2)
    .sort((one, two) => one.edits - two.edits);
  return closest?.other;
}

const MAX_EDITS = 2;

/** The number of letters to insert, remove or replace, or to swap with the next one (optimal string alignment). */
function editsBetween(one: string, two: string): number {
  let before: number[] = [];
  let row = Array.from({ length: two.length + 1 }, (_, edits) => edits);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, other] of Array.from(two).entries()) {
      const isSwapped = letter === two[column - 1] && other === one[at - 1];
      next.push(
        Math.min(
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          isSwapped ? (before[column - 1] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
