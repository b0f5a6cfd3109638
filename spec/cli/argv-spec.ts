import fc from 'fast-check';
import { UsageError } from '../../src/cli/usageError.js';
import { toPath, readArgv } from '../../src/cli/argv.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The bytes of a command line: Node and its options, the program, and the arguments. */
const commandLine = (words: readonly Buffer[]): Buffer =>
  Buffer.concat(
    [latin1('node'), latin1('--no-warnings'), latin1('program.js'), ...words].flatMap((word) => [
      word,
      Buffer.of(0),
    ]),
  );

const read = (...words: readonly Buffer[]) => readArgv(words.map(String), () => commandLine(words));

describe('readArgv', () => {
  it('does not read the bytes if Node cannot have replaced any', () => {
    const refused = () => {
      throw new Error('asked');
    };
    expect(readArgv(['a', '', 'ünï', '😀'], refused)).toStrictEqual(['a', '', 'ünï', '😀']);
    expect(readArgv([], refused)).toStrictEqual([]);
  });

  it('keeps bytes that are not UTF-8', () => {
    const words = read(latin1('caf\xe9'), Buffer.from('ünï'), latin1(''), latin1('\xff--\x80'));
    expect(words).toStrictEqual(['caf\udce9', 'ünï', '', '\udcff--\udc80']);
  });

  it('keeps a replacement character that the user wrote', () => {
    expect(read(Buffer.from('\uFFFD'), latin1('\xe9'))).toStrictEqual(['\uFFFD', '\udce9']);
  });

  it.each([
    ['cannot be read', Buffer.alloc(0)],
    ['belong to another command line', commandLine([latin1('b\xe9')])],
    ['are cut off', commandLine([latin1('a\xe9')]).subarray(0, -1)],
  ])('refuses a name whose bytes %s', (_, bytes) => {
    const reading = () => readArgv(['a\uFFFD'], () => bytes);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow('"a\uFFFD" is not UTF-8, and this system does not show its bytes');
  });
});

describe('toPath', () => {
  it('returns a string for UTF-8', () => {
    expect(toPath('ünï 😀')).toBe('ünï 😀');
  });

  it('names the same bytes as the command line, whatever they are', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((word) => Buffer.from(word));
    const mixed = fc
      .array(
        fc.oneof(
          bytes,
          fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
        ),
      )
      .map((parts) => Buffer.concat(parts).filter((byte) => byte !== 0));
    fc.assert(
      fc.property(fc.array(mixed.map((word) => Buffer.from(word))), (words) => {
        const paths = read(...words).map(toPath);
        expect(paths.map((path) => Buffer.from(path as Buffer))).toStrictEqual(words);
      }),
    );
  });
});
