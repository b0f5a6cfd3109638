import fc from 'fast-check';
import { escapeJson } from '../../src/node/escapeJson.js';

describe('escapeJson', () => {
  it.each([
    ['a delete and a C1 control', '\u007f\u009b2J', '"\\u007f\\u009b2J"'],
    ['what turns the direction of writing', 'exe\u202etxt', '"exe\\u202etxt"'],
    ['the separators of Unicode', '\u2028\u2029', '"\\u2028\\u2029"'],
    ['tags beyond the first 65,536 characters', '\u{e0041}', '"\\udb40\\udc41"'],
  ])('escapes %s', (_, text, json) => {
    expect(escapeJson(JSON.stringify(text))).toBe(json);
  });

  it('leaves all other text unchanged', () => {
    const json = JSON.stringify('Prüfung 1 – ✓ \\ "ü" שלום 😀');
    expect(escapeJson(json)).toBe(json);
  });

  it('leaves lines of JSON on lines of their own', () => {
    expect(escapeJson('"a\u0085"\n"b"\n')).toBe('"a\\u0085"\n"b"\n');
  });

  it('leaves no control or format character, and the same value (10,000)', () => {
    const any = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(any, (value) => {
        const json = escapeJson(JSON.stringify(value));
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 10_000 },
    );
  });
});
