const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** A PROXY header of version 2. */
export const proxyHeaderV2 = (
  command: number,
  family: number,
  addresses: Uint8Array = Buffer.alloc(0),
  size = addresses.byteLength,
): Buffer =>
  Buffer.concat([SIGNATURE, Buffer.of(command, family, size >> 8, size & 0xff), addresses]);

/** The addresses and ports of TCP over IPv4: 192.0.2.7:40000 to 198.51.100.1:5000. */
export const IPV4 = Buffer.of(
  192,
  0,
  2,
  7,
  198,
  51,
  100,
  1,
  40_000 >> 8,
  40_000 & 0xff,
  0x13,
  0x88,
);

/** The same of TCP over IPv6: [2001:db8::7]:40000 to [2001:db8::1]:5000. */
export const IPV6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  IPV4.subarray(8),
]);

/** A PROXY header of version 1. */
export const proxyHeaderV1 = (source = '192.0.2.7', port = 40_000): string =>
  `PROXY TCP${source.includes(':') ? 6 : 4} ${source} ${source.includes(':') ? '2001:db8::1' : '198.51.100.1'} ${port} 5000\r\n`;
