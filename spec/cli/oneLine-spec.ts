import { oneLine } from '../../src/cli/oneLine.js';

describe('oneLine', () => {
  it.each([
    ['a line feed', 'a\nb', 'a\\x0ab'],
    ['a carriage return', 'a\rb', 'a\\x0db'],
    ['an escape sequence', '\u001b[2Ja', '\\x1b[2Ja'],
    ['a bell and a NUL', 'a\u0007\0', 'a\\x07\\x00'],
    ['a C1 control', 'a\u009bb', 'a\\x9bb'],
    ['a delete', 'a\u007f', 'a\\x7f'],
    ['the separators of Unicode', 'a\u2028b\u2029', 'a\\x2028b\\x2029'],
  ])('spells out %s', (_, text, spelt) => {
    expect(oneLine(text)).toBe(spelt);
  });

  it('leaves everything else as it is', () => {
    expect(oneLine('Prüfung 1 – ✓ \\ "ü"')).toBe('Prüfung 1 – ✓ \\ "ü"');
  });
});
