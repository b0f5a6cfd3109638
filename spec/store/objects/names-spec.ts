import fc from 'fast-check';
import { nameTemplate } from '../../../src/store/directory/owner/nameTemplate.js';
import { numberOf } from '../../../src/store/objects/numberOf.js';
import { readSpoolName, spoolName } from '../../../src/store/objects/spoolName.js';

const TOKEN = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('the name of a file in the spool', () => {
  it('has all that the name of an object is made of', () => {
    const facts = { peer: '[2001:db8::1]:5000', commonName: 'alice', at: 1_764_136_636_000 };
    const name = spoolName(7, { ...facts, token: TOKEN });
    expect(name).toBe(`7,1764136636000,%5B2001%3Adb8%3A%3A1%5D%3A5000,alice,${TOKEN}.ready`);
    expect(readSpoolName(name)).toStrictEqual({
      ...{ id: 7, token: TOKEN },
      facts: { ...facts, token: TOKEN },
    });
  });

  it('gives an object the same name after a restart, whatever the sender is called', () => {
    const { fill } = nameTemplate('{cn}/{peer}/{date}/{id}');
    fc.assert(
      fc.property(
        fc.option(fc.string({ unit: 'binary', maxLength: 300 }), { nil: undefined }),
        fc.ipV6(),
        fc.nat(),
        (commonName, address, at) => {
          const facts = { commonName, peer: `[${address}]:5000`, at, token: TOKEN };
          const name = spoolName(7, facts);
          expect(Buffer.byteLength(name)).toBeLessThan(256);
          expect(name).not.toMatch(/[/\0]/);
          expect(fill(7, readSpoolName(name)?.facts ?? { peer: '' })).toBe(fill(7, facts));
        },
      ),
    );
  });

  it('is never too long for a file system', () => {
    const facts = { peer: `[${'2001:'.repeat(8)}]:50000`, commonName: 'a'.repeat(300), at: 1e13 };
    const name = spoolName(Number.MAX_SAFE_INTEGER, { ...facts, token: TOKEN });
    expect(Buffer.byteLength(name)).toBeLessThan(256);
  });

  it.each([
    '7.file',
    '7,,,,.ready',
    `7,,,,${TOKEN}`,
    `x,,,,${TOKEN}.ready`,
    `99999999999999999,,,,${TOKEN}.ready`,
    `.7,,,,${TOKEN}.ready`,
  ])('is not %s', (name) => {
    expect(readSpoolName(name)).toBeUndefined();
  });

  it('may have anything behind a percent sign', () => {
    expect(readSpoolName(`7,,%zz,,${TOKEN}.ready`)?.facts.peer).toBe('%zz');
  });
});

describe('numberOf', () => {
  it.each([
    ['{id}.file', '7.file', 7],
    ['{id}.file', '7.file.~1~', undefined],
    ['{id}.file', 'a/7.file', undefined],
    ['{id}.file', '.rxdrop-probe', undefined],
    ['{id}.file', '99999999999999999.file', undefined],
    ['{date}/{id:6}.log', '2026-11-26/000012.log', 12],
    ['{date}/{id:6}.log', '000012.log', undefined],
    ['{id}/{id:2}', '7/07', 7],
    ['{id}/{id:2}', '7/08', undefined],
  ])('reads, by the template %s, in %s the number %s', (template, name, id) => {
    expect(numberOf(nameTemplate(template), name)).toBe(id);
  });
});
