/**
 * Escapes the control and format characters that `JSON.stringify` leaves as they are, such as C1 controls and those
 * that change the direction of writing: a file of events may be looked at in a terminal, and a name comes from outside.
 * The value of the JSON stays the same, and lines of JSON stay lines.
 */
export const escapeJson = (json: string): string =>
  // Nearly all texts are ASCII, for which this alone is fast.
  BEYOND_ASCII.test(json) ? json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escape) : json;

const BEYOND_ASCII = /[\x7f-\uffff]/;

const escape = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
