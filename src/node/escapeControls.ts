/**
 * Makes text from outside, such as the name of a file or a host, safe to print: it starts no second line and
 * does not control the terminal. Control and format characters are escaped, among them those that change the
 * direction of writing, and bytes of a name that are not UTF-8 (`argv.ts`).
 */
export const escapeControls = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    escape(character.codePointAt(0) ?? 0),
  );

function escape(code: number): string {
  const hex = byteOf(code).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** U+DC80 to U+DCFF stand for the bytes 80 to FF. */
const byteOf = (code: number): number => (code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code);
