import { isNetwork } from '../node/addresses.js';
import type { Path } from '../node/pathText.js';
import { toPath } from './argv.js';
import { UsageError } from './usageError.js';

/** Reads what a user wrote for an option or an argument; says in one line what is wrong with it. */
export type Parse<T> = (text: string) => T;

/** 1 to 65535, in one to five decimal digits. */
export const port: Parse<number> = (text) => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65_535) throw new UsageError(`bad port "${text}": it takes 1 to 65535`);
  return value;
};

/** Milliseconds: seconds as a plain number, or with a unit; zero is off, which is `Infinity` here. */
export const duration: Parse<number> = (text) => {
  const ms = parseAmount(text, MILLISECONDS);
  if (ms === undefined || ms > MAX_TIMER_MS) {
    throw new UsageError(`bad duration "${text}": it takes seconds, or 500ms, 10s, 2m, 1h`);
  }
  return ms === 0 ? Infinity : ms;
};

/** The same for what starts at once without it: zero is no time at all. */
export const delay: Parse<number> = (text) => {
  const ms = duration(text);
  return ms === Infinity ? 0 : ms;
};

/** Bytes, as a plain number or with a unit of 1000 (kB) or of 1024 (KiB). */
export const size: Parse<number> = (text) => {
  const bytes = parseAmount(text, BYTES);
  if (bytes === undefined || !Number.isSafeInteger(bytes)) {
    throw new UsageError(`bad size "${text}": it takes bytes, or 64KiB, 100MiB, 2GB`);
  }
  return bytes;
};

/** Bytes that a file may have; zero is off, which is `Infinity` here. */
export const sizeLimit: Parse<number> = (text) => size(text) || Infinity;

/** Permissions in octal digits. */
export const mode: Parse<number> = (text) => {
  if (!/^0?[0-7]{3}$/.test(text))
    throw new UsageError(`bad mode "${text}": it takes octal digits, as 0640`);
  return parseInt(text, 8);
};

/** A whole number from 1. */
export const count: Parse<number> = (text) => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new UsageError(`bad number "${text}": it takes a whole number from 1`);
  return value;
};

/** A file or a directory; the system knows none with a NUL in it. */
export const path: Parse<Path> = (text) => {
  if (text === '' || text.includes('\0'))
    throw new UsageError('the name of a file is empty or no name');
  return toPath(text);
};

/** A file whose name is UTF-8. */
export const fileName: Parse<string> = (text) => {
  const name = path(text);
  if (typeof name !== 'string') throw new UsageError('the name of the file has to be UTF-8');
  return name;
};

/** A host's name or numeric address. */
export const host: Parse<string> = (text) => {
  if (!/^[^\s\0\p{Cs}]+$/u.test(text)) throw new UsageError(`bad host "${text}"`);
  return text;
};

/** Networks in CIDR notation, or single addresses, with commas between. */
export const networks: Parse<readonly string[]> = (text) => {
  const list = text.split(',');
  const bad = list.find((network) => !isNetwork(network));
  if (bad !== undefined)
    throw new UsageError(`bad network "${bad}": it takes 10.0.0.0/8, 2001:db8::/32, or an address`);
  return list;
};

/** Names in certificates, with commas between; one that contains a comma has a backslash before it. */
export const names: Parse<readonly string[]> = (text) => {
  const list = text.split(/(?<!\\),/).map((name) => name.replaceAll('\\,', ','));
  if (list.includes('')) throw new UsageError(`bad names "${text}": one is empty`);
  return list;
};

/** One of a few words, which the documentation lists. */
export const oneOf = <T extends string>(
  ...words: readonly T[]
): Parse<T> & { readonly words: readonly T[] } =>
  Object.assign(
    (text: string) => {
      const word = words.find((word) => word === text);
      if (word === undefined)
        throw new UsageError(`bad value "${text}": it takes ${words.join(', ')}`);
      return word;
    },
    { words },
  );

const MILLISECONDS = { '': 1_000, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const BYTES = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Node's timers count in 31 bits and take more for 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const AMOUNT = /^(?<whole>\d+)(?:\.(?<fraction>\d+))?(?<unit>[A-Za-z]*)$/;

function parseAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const { whole = '', fraction = '', unit = '' } = AMOUNT.exec(text)?.groups ?? {};
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (whole === '' || factor === undefined) return undefined;
  // In whole numbers, because 1.005 × 1000 is 1004.9999999999999.
  return (Number(whole + fraction) * factor) / 10 ** fraction.length;
}
