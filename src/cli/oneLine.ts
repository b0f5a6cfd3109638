/** Text from outside, a file's name or a host's, so that it neither starts a second line nor steers a terminal. */
export const oneLine = (text: string): string =>
  text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
