import { isNetwork } from '../node/addresses.js';
import { isNatsUrl, natsUrl } from '../node/engines/natsUrl.js';
import type { Path } from '../node/pathText.js';
import { MAX_TIMER_MS } from '../operators/maxTimer.js';
import { nameTemplate } from '../store/directory/owner/nameTemplate.js';
import { idsUrl } from '../store/ids/idsUrl.js';
import { parseS3Url } from '../store/s3/s3Url.js';
import { toPath } from './argv.js';
import { closestWord } from './closestWord.js';
import { UsageError } from './usageError.js';

/** Parses the text of an option or an argument. Throws a UsageError whose message is one line. */
export interface Parse<T> {
  (text: string): T;
  /** The name of such a value in help texts and documentation: `T`, `FILE`. */
  readonly valueName: string;
}

const portFrom = (min: number): Parse<number> =>
  named('PORT', (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= 65_535) return value;
    throw new UsageError(`bad port "${text}": expected ${min} to 65535`);
  });

/** 1 to 65535, in one to five decimal digits. */
export const port = portFrom(1);

/** The same, or 0, for which the system selects a free port. */
export const portOrAny = portFrom(0);

/** Milliseconds, from a plain number of seconds or a number with a unit. Zero turns the limit off: `Infinity`. */
export const duration: Parse<number> = named('T', (text) => {
  const ms = parseAmount(text, MILLISECONDS);
  if (ms === undefined)
    throw new UsageError(`bad duration "${text}": expected seconds, or 500ms, 10s, 2m, 1h`);
  if (ms > MAX_TIMER_MS)
    throw new UsageError(`bad duration "${text}": expected at most ${MAX_TIMER_HOURS}h`);
  return ms === 0 ? Infinity : ms;
});

/** The same, but zero means no delay. */
export const delay: Parse<number> = named('T', (text) => {
  const ms = duration(text);
  return ms === Infinity ? 0 : ms;
});

/** Bytes, from a plain number or a number with a unit of 1000 (kB) or of 1024 (KiB). */
export const size: Parse<number> = named('B', (text) => {
  const bytes = parseAmount(text, BYTES);
  if (bytes === undefined || !Number.isSafeInteger(bytes)) {
    throw new UsageError(`bad size "${text}": expected bytes, or 64KiB, 100MiB, 2GB`);
  }
  return bytes;
});

/** The maximum size of a file. Zero turns the limit off: `Infinity`. */
export const sizeLimit: Parse<number> = named('B', (text) => size(text) || Infinity);

/** A maximum of bytes per second. Zero turns it off: `Infinity`. */
export const rate: Parse<number> = named('B/s', (text) => sizeLimit(text));

/** A minimum of bytes per second. Zero turns it off. */
export const minRate: Parse<number> = named('B/s', (text) => size(text));

/** Permissions in octal digits. */
export const mode: Parse<number> = named('OCTAL', (text) => {
  if (!/^0?[0-7]{3}$/.test(text))
    throw new UsageError(`bad mode "${text}": expected octal digits, such as 0640`);
  return parseInt(text, 8);
});

const wholeNumber = (maxDigits: number): Parse<number> =>
  named('N', (text) => {
    const value = /^\d+$/.test(text) && text.length <= maxDigits ? Number(text) : 0;
    if (value < 1) {
      const max = '9'.repeat(maxDigits);
      throw new UsageError(`bad number "${text}": expected a whole number from 1 to ${max}`);
    }
    return value;
  });

/** A whole number from 1. */
export const count = wholeNumber(6);

/** The same, for files, of which there may be many more. */
export const fileCount = wholeNumber(12);

/** A whole number from 0. */
export const countOrNone: Parse<number> = named('N', (text) => {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`bad number "${text}": expected a whole number from 0`);
  return Number(text);
});

/** The path of a file or a directory. No path contains a NUL. */
export const path: Parse<Path> = named('FILE', (text) => {
  if (text === '' || text.includes('\0'))
    throw new UsageError('bad file name: it is empty or contains a NUL');
  return toPath(text);
});

/** A command for the shell. */
export const shellCommand: Parse<string> = named('CMD', (text) => {
  if (!/^[^\0\p{Cs}]*$/u.test(text)) throw new UsageError('bad command: it is not UTF-8');
  if (text.trim() === '') throw new UsageError('bad command: it is empty');
  return text;
});

/** A file whose name is UTF-8. */
export const fileName: Parse<string> = named('FILE', (text) => {
  const name = path(text);
  if (typeof name !== 'string') throw new UsageError('the name of the file has to be UTF-8');
  return name;
});

/** The name of a server: a text that is a label of Prometheus and a word for people. */
export const instance: Parse<string> = named('NAME', (text) => {
  if (!/^[^\p{Cc}\p{Cs}\s]{1,100}$/u.test(text))
    throw new UsageError(`bad name "${text}": expected 1 to 100 characters without spaces`);
  return text;
});

/** The file of events, `-` for standard output, or the URL of a stream. */
export const eventsPlace: Parse<string> = named('FILE', (text) => {
  if (!isNatsUrl(text)) return fileName(text);
  asUsageError(() => natsUrl(text));
  return text;
});

/** The URL of an engine that numbers files. */
export const ids: Parse<string> = named('URL', (text) => {
  asUsageError(() => idsUrl(text));
  return text;
});

/** A template of the names of files. */
export const template: Parse<string> = named('TEMPLATE', (text) => {
  asUsageError(() => nameTemplate(text));
  return text;
});

/** The place of an object storage. */
export const storeUrl: Parse<string> = named('URL', (text) => {
  asUsageError(() => parseS3Url(text));
  return text;
});

/** A host's name or numeric address. */
export const host: Parse<string> = named('HOST', (text) => {
  if (!/^[^\s\0\p{Cs}]+$/u.test(text)) throw new UsageError(`bad host "${text}"`);
  return text;
});

/** Networks in CIDR notation or single addresses, separated by commas. */
export const networks: Parse<readonly string[]> = named('CIDR', (text) => {
  const list = text.split(',');
  const bad = list.find((network) => !isNetwork(network));
  if (bad !== undefined)
    throw new UsageError(`bad network "${bad}": expected 10.0.0.0/8, 2001:db8::/32, or an address`);
  return list;
});

/** Names in certificates, with commas between them; a comma in a name is written with a backslash. */
export const names: Parse<readonly string[]> = named('NAME', (text) => {
  const list = text.split(/(?<!\\),/).map((name) => name.replaceAll('\\,', ','));
  if (list.includes('')) throw new UsageError(`bad names "${text}": one is empty`);
  return list;
});

/** A number of processes, or `auto`. */
export const workers: Parse<number | 'auto'> = named('N|auto', (text) =>
  text === 'auto' ? text : count(text),
);

/** One of a few words. The documentation lists them. */
export const oneOf = <T extends string>(
  ...words: readonly T[]
): Parse<T> & { readonly words: readonly T[] } =>
  Object.assign(
    named(words.join('|'), (text: string) => {
      const word = words.find((word) => word === text);
      if (word === undefined) throw new UsageError(describeBadWord(text, words));
      return word;
    }),
    { words },
  );

function describeBadWord(text: string, words: readonly string[]): string {
  const closest = closestWord(text, words);
  const hint = closest === undefined ? '' : ` (did you mean ${closest}?)`;
  const expected = words.length === 1 ? '' : 'one of ';
  return `bad value "${text}": expected ${expected}${words.join(', ')}${hint}`;
}

/** What a library throws becomes the message of a UsageError. */
function asUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function named<T>(valueName: string, parse: (text: string) => T): Parse<T> {
  return Object.assign(parse, { valueName });
}

const MAX_TIMER_HOURS = Math.floor(MAX_TIMER_MS / 3_600_000);

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

const AMOUNT = /^(?<whole>\d+)(?:\.(?<fraction>\d+))?(?<unit>[A-Za-z]*)$/;

function parseAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const { whole = '', fraction = '', unit = '' } = AMOUNT.exec(text)?.groups ?? {};
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (whole === '' || factor === undefined) return undefined;
  // In whole numbers, because 1.005 × 1000 is 1004.9999999999999.
  return (Number(whole + fraction) * factor) / 10 ** fraction.length;
}
