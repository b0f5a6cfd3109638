/**
 * Text from outside, a file's name or a host's, so that it neither starts a second line nor steers a
 * terminal: control and format characters, those that change the direction of writing among them, are
 * spelled out. So are the bytes of a name that are no UTF-8 (`words.ts`).
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
