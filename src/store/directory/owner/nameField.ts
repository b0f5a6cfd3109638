import { hostOf } from '../../../peer.js';

/** What a name may have of the connection, as it is: a field makes it safe. */
export interface NameFacts {
  /** The sender's address and port. */
  readonly peer: string;
  /** The common name of the sender's certificate, if it has shown one. */
  readonly commonName?: string | undefined;
  /** When it connected, in milliseconds since 1970, if the template asks for that. */
  readonly at?: number | undefined;
  /** Distinguishes the file from all others, if it is in a spool. No name shows it. */
  readonly token?: string | undefined;
}

/** For a template that asks for none. */
export const NO_FACTS: NameFacts = { peer: '' };

/** A part of a component of a template: a field, or the text between fields. */
export interface NamePiece {
  /** What it becomes in the name of a file. */
  readonly fill: (id: number, facts: NameFacts) => string;
  /** The pattern of that: a group captures the number. */
  readonly pattern: string;
  /** The most bytes of that. */
  readonly bytes: number;
  /** Its form, to find what cannot be read back: `I` is the number, `V` any value, `0` digits, `x` others. */
  readonly form: string;
  readonly kind: 'id' | 'time' | 'value' | 'text';
}

/** A piece of text of a template: `{peer}`, or what stands between fields. */
export function namePiece(text: string): NamePiece | undefined {
  if (!/[{}]/.test(text)) return literal(text);
  const { digits } = /^\{id:(?<digits>[1-9]|1[0-6])\}$/.exec(text)?.groups ?? {};
  if (digits !== undefined) return numbered(Number(digits));
  return Object.hasOwn(FIELDS, text) ? FIELDS[text] : undefined;
}

const literal = (text: string): NamePiece => ({
  fill: () => text,
  pattern: text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  bytes: Buffer.byteLength(text),
  form: text.replace(/\D/g, 'x').replace(/\d/g, '0'),
  kind: 'text',
});

const numbered = (digits: number): NamePiece => ({
  fill: (id) => String(id).padStart(digits, '0'),
  pattern: '(\\d+)',
  bytes: ID_BYTES,
  form: 'I',
  kind: 'id',
});

const value = (of: (facts: NameFacts) => string | undefined): NamePiece => ({
  fill: (_, facts) => safe(of(facts)),
  pattern: '[\\w.-]+',
  bytes: VALUE_BYTES,
  form: 'V',
  kind: 'value',
});

const timed = (from: number, to: number, pattern: string, form: string): NamePiece => ({
  fill: (_, { at = 0 }) => new Date(at).toISOString().slice(from, to).replaceAll(':', ''),
  pattern,
  bytes: to - from,
  form,
  kind: 'time',
});

/** Nothing but letters, digits, `.`, `-`, `_`, and no dot in front: then no component is hidden, `.` or `..`. */
const safe = (text = ''): string =>
  text
    .replace(/[^A-Za-z0-9._-]/gu, '_')
    .replace(/^\./, '_')
    .slice(0, VALUE_BYTES) || 'unknown';

/** A common name has at most 64 characters (RFC 5280). */
const VALUE_BYTES = 64;

/** Digits of `Number.MAX_SAFE_INTEGER`. */
const ID_BYTES = 16;

const FIELDS: Readonly<Record<string, NamePiece>> = {
  '{id}': numbered(1),
  '{date}': timed(0, 10, '\\d{4}-\\d{2}-\\d{2}', '0x0'),
  '{time}': timed(11, 19, '\\d{6}', '0'),
  '{peer}': value(({ peer }) => hostOf(peer)),
  '{cn}': value(({ commonName }) => commonName),
};
