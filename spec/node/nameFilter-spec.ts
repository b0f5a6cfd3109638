import fc from 'fast-check';
import { nameFilter } from '../../src/node/nameFilter.js';
import { identityIn } from '../support/certificates.js';

const named = (...names: string[]) => ({ name: 'x', names, fingerprint: 'AB' });

describe('nameFilter', () => {
  it.each([
    'alice',
    'alice.example',
    'ALICE.EXAMPLE',
    'alice@example.org',
    'spiffe://example.org/alice',
    '192.0.2.1',
    '2001:db8::1',
    '2001:0DB8:0::0:1',
  ])('admits alice as %s', (name) => {
    expect(nameFilter([name])(identityIn('alice'))).toBe(true);
    expect(nameFilter(['bob', name])(identityIn('alice'))).toBe(true);
  });

  it.each([
    ...['Alice', 'alice ', 'DNS:alice.example', '*.example', 'example', 'Alice@example.org'],
    ...['192.0.2.10', '2001:db8::2', 'Example', 'O=Example', 'alice@upn.example', 'other'],
  ])('does not admit alice as %s', (name) => {
    expect(nameFilter([name])(identityIn('alice'))).toBe(false);
  });

  it.each([
    ...['mallory', 'alice', 'x', 'alice.example', 'mallory.example', 'alice\0.mallory.example\0'],
    ...['spiffe://mallory.example/', 'spiffe://mallory.example/"a"', 'b'],
  ])('does not admit mallory as %j (CVE-2021-44532)', (name) => {
    expect(nameFilter([name])(identityIn('mallory'))).toBe(false);
  });

  it('admits names with commas, quotes and control characters only if they are equal', () => {
    for (const name of ['mallory\nCN=alice, "x" \x1b[31m', 'spiffe://mallory.example/"a", URI:b'])
      expect(nameFilter([name])(identityIn('mallory'))).toBe(true);
  });

  it('supports no wildcards, on either side', () => {
    expect(nameFilter(['a.example'])(identityIn('nameless'))).toBe(false);
    expect(nameFilter(['*.example'])(named('DNS:a.example'))).toBe(false);
  });

  it('compares hosts in ASCII, so the Kelvin sign is not a k', () => {
    expect(nameFilter(['kelvin.example'])(named('DNS:\u212aelvin.example'))).toBe(false);
  });

  it('admits no client without a certificate or a common name; without names, it admits all clients', () => {
    expect(nameFilter(['alice'])(undefined)).toBe(false);
    expect(nameFilter([])(identityIn('alice'))).toBe(false);
    expect(nameFilter(undefined)(undefined)).toBe(true);
  });

  it('throws for an empty name', () => {
    expect(() => nameFilter(['alice', ''])).toThrow(TypeError);
  });

  it('mistakes no other name for one that is admitted, whatever it contains (10,000)', () => {
    const admits = nameFilter(['alice', 'alice.example']);
    const isAdmitted = (name: string) => /^(alice|alice\.example)$/i.test(name);
    const parts = fc.constantFrom('alice', '.example', ',', ' ', '"', '\\', 'DNS:', '\0', '\n');
    const strange = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: parts }))
      .filter((name) => !isAdmitted(name));
    fc.assert(
      fc.property(strange, fc.array(strange), (name, hosts) => {
        const names = hosts.flatMap((host) => [
          `DNS:${JSON.stringify(host)}`,
          `DNS:"${host.replaceAll('"', '')}`,
        ]);
        expect(admits({ name, names, fingerprint: 'AB' })).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });
});
