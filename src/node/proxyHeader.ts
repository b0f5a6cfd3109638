import { isIP } from 'node:net';
import { canonicalAddress } from './addresses.js';
import { endpoint } from './connection.js';

/** A PROXY header. */
export interface ProxyHeader {
  /** Its bytes; the file follows. */
  readonly size: number;
  /** The address and port of the sender; none if the proxy connects for itself, or does not know them. */
  readonly source?: string;
}

/** Why bytes are no PROXY header: they begin one, violate its format, or begin none. */
export type NoProxyHeader = 'incomplete' | 'malformed' | 'missing';

/**
 * Parses the PROXY header, version 1 (a line of text) or 2 (binary), at the start of a connection.
 *
 * It is strict: only what the specification allows is a header. An address that does not belong to TCP over IP
 * is ignored, as with `LOCAL`, `UNKNOWN` and `UNSPEC`, and so are the extensions of version 2.
 *
 * @param bytes the first bytes, as far as they have arrived
 * @returns `incomplete` as long as more bytes can make a header of them
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, sections 2.1 and 2.2
 */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader | NoProxyHeader {
  const version = proxyHeaderVersion(bytes);
  if (typeof version === 'string') return version;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return version === 1 ? parseText(header) : parseBinary(header);
}

/** The version of the header that the first bytes begin. 14 bytes are enough to decide. */
export function proxyHeaderVersion(bytes: Uint8Array): 1 | 2 | 'incomplete' | 'missing' {
  const fits = STARTS.filter(([, start]) => isPrefix(start, bytes));
  const [version] = fits.find(([, start]) => start.length <= bytes.byteLength) ?? [];
  return version ?? (fits.length > 0 ? 'incomplete' : 'missing');
}

/** Whether two byte sequences are equal up to the end of the shorter one. */
function isPrefix(start: Buffer, bytes: Uint8Array): boolean {
  const size = Math.min(start.length, bytes.byteLength);
  return start.subarray(0, size).equals(bytes.subarray(0, size));
}

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const STARTS = [
  [1, Buffer.from('PROXY TCP4 ')],
  [1, Buffer.from('PROXY TCP6 ')],
  [1, Buffer.from('PROXY UNKNOWN\r')],
  [1, Buffer.from('PROXY UNKNOWN ')],
  [2, SIGNATURE],
] as const;

/** The limit of version 1, CRLF included. */
const MAX_TEXT_BYTES = 107;

function parseText(bytes: Buffer): ProxyHeader | NoProxyHeader {
  const line = bytes.toString('latin1', 0, MAX_TEXT_BYTES);
  const end = line.indexOf('\r\n');
  if (end < 0) return line.length < MAX_TEXT_BYTES ? 'incomplete' : 'malformed';
  const size = end + 2;
  if (line.startsWith('PROXY UNKNOWN')) return { size };
  const { family, source = '', destination = '', ports = '' } = TEXT.exec(line)?.groups ?? {};
  const version = family === '4' ? 4 : 6;
  const [port = 0, ...rest] = ports.split(' ').map(Number);
  if (isIP(source) !== version || isIP(destination) !== version) return 'malformed';
  if ([port, ...rest].some((number) => number > 65_535)) return 'malformed';
  return { size, source: endpoint(canonicalAddress(source), port) };
}

/** Ports have no leading zeros, and addresses no zone. */
const TEXT =
  /^PROXY TCP(?<family>[46]) (?<source>[\da-fA-F.:]+) (?<destination>[\da-fA-F.:]+) (?<ports>(?:0|[1-9]\d{0,4}) (?:0|[1-9]\d{0,4}))\r\n/;

/** Bytes before the addresses: the signature, the version and command, the family and transport, a length. */
const FIXED_BYTES = 16;

/** A limit of ours. Proxies keep within 536 bytes, or a little more if they add the certificate of the sender. */
const MAX_BINARY_BYTES = 4_096;

function parseBinary(bytes: Buffer): ProxyHeader | NoProxyHeader {
  if (bytes.length < FIXED_BYTES) return 'incomplete';
  const [command = 0, family = 0] = bytes.subarray(SIGNATURE.length);
  const size = FIXED_BYTES + bytes.readUInt16BE(SIGNATURE.length + 2);
  const addresses = ADDRESSES.get(family);
  if (command !== LOCAL && command !== PROXY) return 'malformed';
  if (size > MAX_BINARY_BYTES) return 'malformed';
  if (command === PROXY && (!addresses || size < FIXED_BYTES + addresses.size)) return 'malformed';
  if (bytes.length < size) return 'incomplete';
  const source =
    command === PROXY ? addresses?.source?.(bytes.subarray(FIXED_BYTES, size)) : undefined;
  return source === undefined ? { size } : { size, source };
}

/** Version 2 in the upper half of the byte, the command in the lower. */
const [LOCAL, PROXY] = [0x20, 0x21];

interface Addresses {
  /** Bytes of the addresses and ports. */
  readonly size: number;
  readonly source?: (bytes: Buffer) => string;
}

/** By the address family in the upper half of the byte, and the transport in the lower. */
const ADDRESSES: ReadonlyMap<number, Addresses> = new Map<number, Addresses>([
  ...[0x00, 0x01, 0x02, 0x10, 0x20, 0x30].map((other) => [other, { size: 0 }] as const),
  [0x11, { size: 12, source: (bytes) => endpoint(ipv4(bytes), bytes.readUInt16BE(8)) }],
  [0x12, { size: 12 }],
  [0x21, { size: 36, source: (bytes) => endpoint(ipv6(bytes), bytes.readUInt16BE(32)) }],
  [0x22, { size: 36 }],
  [0x31, { size: 216 }],
  [0x32, { size: 216 }],
]);

const ipv4 = (bytes: Buffer): string => bytes.subarray(0, 4).join('.');

const ipv6 = (bytes: Buffer): string =>
  canonicalAddress((bytes.toString('hex', 0, 16).match(/.{4}/g) ?? []).join(':'));
