import { escapeControls } from '../../src/node/escapeControls.js';

describe('escapeControls', () => {
  it.each([
    ['a line feed', 'a\nb', 'a\\x0ab'],
    ['a carriage return', 'a\rb', 'a\\x0db'],
    ['an escape sequence', '\u001b[2Ja', '\\x1b[2Ja'],
    ['a bell and a NUL', 'a\u0007\0', 'a\\x07\\x00'],
    ['a C1 control', 'a\u009bb', 'a\\x9bb'],
    ['a delete', 'a\u007f', 'a\\x7f'],
    ['the separators of Unicode', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['what turns the direction of writing', 'exe\u202etxt.bin', 'exe\\u202etxt.bin'],
    ['what embeds and isolates', '\u202a\u202b\u202c\u202d', '\\u202a\\u202b\\u202c\\u202d'],
    ['the isolates', '\u2066\u2067\u2068\u2069', '\\u2066\\u2067\\u2068\\u2069'],
    ['marks of direction', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['what is not to be seen', 'a\u200bb\u00ad\ufeff', 'a\\u200bb\\xad\\ufeff'],
    ['tags beyond the first 65,536 characters', '\u{e0041}', '\\u{e0041}'],
    ['bytes that are no UTF-8', 'caf\udce9\udc80\udcff', 'caf\\xe9\\x80\\xff'],
    ['other halves of characters', '\ud83d', '\\ud83d'],
  ])('escapes %s', (_, text, spelt) => {
    expect(escapeControls(text)).toBe(spelt);
  });

  it('leaves all other text unchanged', () => {
    expect(escapeControls('Prüfung 1 – ✓ \\ "ü" שלום 😀')).toBe('Prüfung 1 – ✓ \\ "ü" שלום 😀');
  });
});
