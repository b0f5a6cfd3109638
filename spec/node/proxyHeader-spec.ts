import fc from 'fast-check';
import { isIP } from 'node:net';
import { parseProxyHeader, type ProxyHeader } from '../../src/node/proxyHeader.js';
import { IPV4, IPV6, proxyHeaderV1, proxyHeaderV2 } from '../support/proxyHeader.js';

const parse = (header: string | Uint8Array) =>
  parseProxyHeader(typeof header === 'string' ? Buffer.from(header, 'latin1') : header);

/** Commands of version 2. */
const [LOCAL, PROXY] = [0x20, 0x21];

/** Headers, and the peer that they name, if they do. */
const VALID: readonly (readonly [string, string | Uint8Array, string?])[] = [
  [
    'the example of the specification',
    'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n',
    '192.168.0.1:56324',
  ],
  [
    'the longest of IPv4',
    'PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n',
    '255.255.255.255:65535',
  ],
  [
    'the longest of IPv6',
    `PROXY TCP6 ${Array(8).fill('ffff').join(':')} ${Array(8).fill('ffff').join(':')} 65535 65535\r\n`,
    '[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535',
  ],
  ['ports of 0', 'PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n', '0.0.0.0:0'],
  [
    'another spelling of IPv6',
    'PROXY TCP6 2001:DB8:0:0::7 ::1 40000 5000\r\n',
    '[2001:db8::7]:40000',
  ],
  [
    'IPv4 in IPv6, as it is known without a proxy',
    'PROXY TCP6 ::ffff:c000:207 ::1 1 2\r\n',
    '192.0.2.7:1',
  ],
  ['the short unknown', 'PROXY UNKNOWN\r\n'],
  [
    'the longest unknown',
    `PROXY UNKNOWN ${Array(8).fill('ffff').join(':')} ${Array(8).fill('ffff').join(':')} 65535 65535\r\n`,
  ],
  ['an unknown with anything in it', 'PROXY UNKNOWN \0\xff\r \n PROXY TCP4\r\n'],
  ['TCP over IPv4', proxyHeaderV2(PROXY, 0x11, IPV4), '192.0.2.7:40000'],
  ['TCP over IPv6', proxyHeaderV2(PROXY, 0x21, IPV6), '[2001:db8::7]:40000'],
  [
    'IPv4 in IPv6 in binary',
    proxyHeaderV2(
      PROXY,
      0x21,
      Buffer.concat([Buffer.from('00000000000000000000ffffc0000207', 'hex'), IPV6.subarray(16)]),
    ),
    '192.0.2.7:40000',
  ],
  [
    'extensions',
    proxyHeaderV2(PROXY, 0x11, Buffer.concat([IPV4, Buffer.of(4, 0, 2, 9, 9)])),
    '192.0.2.7:40000',
  ],
  [
    'the most extensions',
    proxyHeaderV2(PROXY, 0x11, Buffer.concat([IPV4, Buffer.alloc(4_096 - 28)])),
    '192.0.2.7:40000',
  ],
  ['a proxy that connects for itself', proxyHeaderV2(LOCAL, 0x00)],
  ['a proxy for itself, with addresses', proxyHeaderV2(LOCAL, 0x11, IPV4)],
  ['a proxy for itself, of any family', proxyHeaderV2(LOCAL, 0xff, Buffer.alloc(3))],
  ['an unspecified family', proxyHeaderV2(PROXY, 0x00)],
  ['an unspecified family with bytes', proxyHeaderV2(PROXY, 0x00, Buffer.alloc(30))],
  ['an unspecified transport', proxyHeaderV2(PROXY, 0x10, IPV4)],
  ['UDP', proxyHeaderV2(PROXY, 0x12, IPV4)],
  ['UDP over IPv6', proxyHeaderV2(PROXY, 0x22, IPV6)],
  ['a UNIX socket', proxyHeaderV2(PROXY, 0x31, Buffer.alloc(216, '/'))],
];

const MALFORMED: readonly (readonly [string, string | Uint8Array])[] = [
  ['a line feed alone', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2\nPROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n'],
  ['two spaces', 'PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n'],
  ['a space at the end', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n'],
  ['three numbers', 'PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n'],
  ['a number too large', 'PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n'],
  ['a leading zero', 'PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n'],
  ['a bad destination', 'PROXY TCP4 1.2.3.4 nowhere 1 2\r\n'],
  ['the other family', 'PROXY TCP4 ::1 ::1 1 2\r\n'],
  ['the other family as IPv6', 'PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n'],
  ['two families', 'PROXY TCP6 ::1 1.2.3.4 1 2\r\n'],
  ['a zone', 'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'],
  ['a port too large', 'PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n'],
  ['a destination port too large', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 99999\r\n'],
  ['a port with a leading zero', 'PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n'],
  ['a negative port', 'PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n'],
  ['no ports', 'PROXY TCP4 1.2.3.4 1.2.3.4\r\n'],
  ['one port', 'PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n'],
  ['nothing', 'PROXY TCP4 \r\n'],
  ['a line of 108 bytes', `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`],
  ['version 1 in binary', proxyHeaderV2(0x11, 0x11, IPV4)],
  ['version 3', proxyHeaderV2(0x31, 0x11, IPV4)],
  ['an unknown command', proxyHeaderV2(0x22, 0x11, IPV4)],
  ['an unknown family', proxyHeaderV2(PROXY, 0x41, IPV6)],
  ['an unknown transport', proxyHeaderV2(PROXY, 0x13, IPV4)],
  ['addresses too short', proxyHeaderV2(PROXY, 0x11, IPV4.subarray(1))],
  ['IPv6 addresses too short', proxyHeaderV2(PROXY, 0x21, IPV6.subarray(1))],
  ['a path too short', proxyHeaderV2(PROXY, 0x31, Buffer.alloc(215))],
  ['a header of more than 4 KiB', proxyHeaderV2(PROXY, 0x11, IPV4, 4_081)],
  ['a header of more than 4 KiB of a proxy for itself', proxyHeaderV2(LOCAL, 0, IPV4, 65_535)],
];

const NO_HEADER = { size: 0, isAddress: true, isPort: true };

const parts = ({ size, source = '[::1]:1' }: ProxyHeader) => {
  const [, host = '', port] = /^\[?([\da-f.:]+?)\]?:(\d{1,5})$/.exec(source) ?? [];
  return { size, isAddress: isIP(host) !== 0, isPort: Number(port) <= 65_535 };
};

const FILE = Buffer.from('\r\nPROXY TCP4 the file');

describe('parseProxyHeader', () => {
  it.each(VALID.map(([name, header, source]) => ({ name, header, source })))(
    'reads $name, and no byte of the file',
    ({ header, source }) => {
      const bytes = Buffer.concat([Buffer.from(header as string, 'latin1'), FILE]);
      const size = bytes.length - FILE.length;
      expect(parse(bytes)).toStrictEqual(source === undefined ? { size } : { size, source });
    },
  );

  it.each(VALID)('waits for the last byte of %s', (_, header) => {
    const bytes = Buffer.from(header as string, 'latin1');
    for (let size = 0; size < bytes.length; size++)
      expect(parse(bytes.subarray(0, size))).toBe('incomplete');
  });

  it.each(MALFORMED)('refuses %s', (_, header) => {
    expect(parse(header)).toBe('malformed');
  });

  it.each([
    ...['x', 'PRox', 'PROXY  ', 'PROXY TCP5', 'PROXY UNKNOWNS', 'PROXY\r\n', 'GET / HTTP/1.1\r\n'],
    ...[
      '\r\n\r\n\0\r\nQUIT\r',
      '\r\n\r\n\r',
      '\n',
      '\x16\x03\x01\x02\0\x01\0',
      '\0',
      'proxy tcp4 ',
    ],
  ])('finds no header in %j, as early as its first byte that begins none', (text) => {
    expect(parse(text)).toBe('missing');
    expect(parse(text.slice(0, -1))).not.toBe('malformed');
  });

  it('reads any addresses in both versions, and formats them as Node does', () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), port, (address, port) => {
        const header = parse(proxyHeaderV1(address, port));
        if (typeof header === 'string') throw new Error(header);
        const [, host = ''] = /^\[?(.*?)\]?:\d+$/.exec(header.source ?? '') ?? [];
        expect(isIP(host)).not.toBe(0);
        expect(header.source?.endsWith(`:${port}`)).toBe(true);
        expect(parse(proxyHeaderV1(host, port))).toMatchObject({ source: header.source });
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws, and never reads beyond its bytes or its limit (10,000)', () => {
    const whole = VALID.map(([, header]) => Buffer.from(header as string, 'latin1'));
    const change = fc.record({ at: fc.nat(300), byte: fc.integer({ min: 0, max: 255 }) });
    const changed = fc
      .tuple(fc.constantFrom(...whole), fc.array(change, { maxLength: 4 }), fc.nat(300))
      .map(([header, changes, size]) => {
        const bytes = Buffer.from(header);
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        return bytes.subarray(0, size);
      });
    const after = fc.uint8Array({ maxLength: 200 });
    const begun = fc.tuple(fc.constantFrom('PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN '), after);
    const hostile = fc.oneof(
      changed,
      fc.uint8Array({ maxLength: 200 }),
      begun.map(([start, rest]) => Buffer.concat([Buffer.from(start), rest])),
      fc
        .tuple(fc.nat(255), fc.nat(255), after, fc.nat(65_535))
        .map((parts) => proxyHeaderV2(...parts)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const header = parse(bytes);
        expect(typeof header === 'string' ? NO_HEADER : parts(header)).toStrictEqual({
          size: expect.any(Number) as number,
          isAddress: true,
          isPort: true,
        });
        const { size } = typeof header === 'string' ? NO_HEADER : header;
        expect(size).toBeLessThanOrEqual(Math.min(4_096, bytes.byteLength));
        // The bytes behind it change nothing.
        expect(parse(bytes.subarray(0, size === 0 ? bytes.byteLength : size))).toStrictEqual(
          header,
        );
      }),
      { numRuns: 10_000 },
    );
  });
});
