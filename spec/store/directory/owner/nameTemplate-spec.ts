import fc from 'fast-check';
import { posix } from 'node:path';
import { DEFAULT_NAME, nameTemplate } from '../../../../src/store/directory/owner/nameTemplate.js';

const AT = Date.UTC(2026, 10, 25, 13, 45, 1, 999);
const FACTS = { peer: '192.0.2.1:5000', commonName: 'alice', at: AT };

const nameOf = (template: string, id = 7, facts: object = {}) =>
  nameTemplate(template).fill(id, { ...FACTS, ...facts });

/** The number of a file by its name, as a survey reads it back. */
function numberOf(template: string, path: string): number | undefined {
  const { directories, file } = nameTemplate(template);
  const found = path.split('/').map((name, level) => (directories[level] ?? file).exec(name));
  return Number(found.flatMap((match) => match?.slice(1) ?? []).find((text) => text));
}

describe('nameTemplate', () => {
  it.each([
    [DEFAULT_NAME, '7.file'],
    ['{id:6}.log', '000007.log'],
    ['{date}/{time}-{id}', '2026-11-25/134501-7'],
    ['{peer}/{cn}/{id}.a{date}b', '192.0.2.1/alice/7.a2026-11-25b'],
    ['über {id}', 'über 7'],
    ['{id}/{id:2}', '7/07'],
    ['+{id}.~1~', '+7.~1~'],
  ])('fills %s', (template, name) => {
    expect(nameOf(template)).toBe(name);
  });

  it('never truncates a number', () => {
    expect(nameOf('{id:2}', Number.MAX_SAFE_INTEGER)).toBe('9007199254740991');
  });

  it.each([
    ['[2001:db8::1]:5000', '2001_db8__1'],
    ['[fe80::1%eth0]:5000', 'fe80__1_eth0'],
    ['unknown:0', 'unknown'],
  ])('formats the peer %s without its port, as %s', (peer, value) => {
    expect(nameOf('{peer}-{id}', 7, { peer })).toBe(`${value}-7`);
  });

  it.each([
    ['..', '_.'],
    ['.', '_'],
    ['.hidden', '_hidden'],
    ['../../etc/passwd', '_._.._etc_passwd'],
    ['a\nb\u001b[2J\0', 'a_b__2J_'],
    ['Jürgen 😀', 'J_rgen__'],
    ['', 'unknown'],
    [undefined, 'unknown'],
    ['x'.repeat(300), 'x'.repeat(64)],
  ])('makes the common name %j safe', (commonName, value) => {
    expect(nameOf('{cn}/{id}', 7, { commonName })).toBe(`${value}/7`);
    expect(nameOf('x{cn}-{id}', 7, { commonName })).toBe(`x${value}-7`);
  });

  it.each([
    ['', 'a component is empty'],
    ['a.file', 'it has no {id}'],
    ['{id}/{user}', '{user} is no field'],
    ['{ID}', '{ID} is no field'],
    ['{id:0}', '{id:0} is no field'],
    ['{id:17}', '{id:17} is no field'],
    ['{id}{', '{ is no field'],
    ['{id}}', '} is no field'],
    ['{constructor}{id}', '{constructor} is no field'],
    ['/{id}', 'it is absolute'],
    ['{id}/', 'it ends in /'],
    ['a//{id}', 'a component is empty'],
    ['./{id}', 'a component begins with a dot'],
    ['../{id}', 'a component begins with a dot'],
    ['.{id}', 'a component begins with a dot'],
    ['a/.b/{id}', 'a component begins with a dot'],
    ['{id}\n', 'it has a character'],
    ['{id}\u202e', 'it has a character'],
    ['a\\{id}', 'it has a character'],
    ['{id}\ufffd', 'it has a character'],
    ['{id}\udce9', 'it has a character'],
    ['{id}{peer}', 'text has to stand between'],
    ['{cn}{id}', 'text has to stand between'],
    ['{id}{id}', 'text has to stand between'],
    ['{id}1{time}{cn}', 'text has to stand between'],
    [`${'x'.repeat(216)}{id}`, 'more than 231 bytes'],
    ['{cn}-{cn}-{cn}-{peer}-{id}', 'more than 231 bytes'],
  ])('refuses %j', (template, why) => {
    const read = () => nameTemplate(template);
    expect(read).toThrow(RangeError);
    expect(read).toThrow(`bad name "${template}": `);
    expect(read).toThrow(why);
  });

  it('reports what it needs of a connection', () => {
    const needs = ['{id}', '{id}-{cn}', '{date}-{id}'].map(nameTemplate);
    expect(needs.map(({ needsFacts, needsTime }) => [needsFacts, needsTime])).toStrictEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
  });

  it('creates names below the directory, from any template and any sender', () => {
    let made = 0;
    fc.assert(
      fc.property(anyTemplate, anyFacts, anyId, (template, facts, id) => {
        const { fill, directories, bytes } = read(template) ?? {};
        const name = fill?.(id, facts);
        if (name === undefined) return;
        made++;
        expect(posix.join('/a/b', name)).toBe(`/a/b/${name}`);
        const components = name.split('/');
        expect(components).toHaveLength((directories?.length ?? NaN) + 1);
        for (const component of components) {
          expect(component).toMatch(/^[^.\p{C}\\][^\p{C}\\]*$/u);
          expect(Buffer.byteLength(component)).toBeLessThanOrEqual(231);
        }
        expect(Buffer.byteLength(`/${name}.~12345678901234567890~`)).toBeLessThanOrEqual(
          bytes ?? 0,
        );
        expect(numberOf(template, name)).toBe(id);
        expect(numberOf(template, `${name}.~3~`)).toBe(id);
      }),
      { numRuns: 10_000 },
    );
    expect(made).toBeGreaterThan(2_000);
  });
});

function read(template: string) {
  try {
    return nameTemplate(template);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}

/** Mostly templates that are fit, so that many names are made. */
const anyTemplate = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('{date}', '{time}', '{peer}', '{cn}', '{id:6}') },
      { weight: 9, arbitrary: fc.constantFrom('-', '/x', 'a1', '~', '.~1~', '.file', 'ü') },
      { weight: 1, arbitrary: fc.constantFrom('/', '.', '..', '{x}', '{', '}', '\\') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 5 },
  )
  .chain((pieces) => fc.nat(pieces.length).map((at) => pieces.toSpliced(at, 0, '{id}').join('')));
const anyFacts = fc.record({
  peer: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' })).map((host) => `${host}:1`),
  commonName: fc.option(fc.string({ unit: 'binary', maxLength: 90 }), { nil: undefined }),
  at: fc.integer({ min: 0, max: Date.UTC(9999, 0) }),
});
const anyId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
