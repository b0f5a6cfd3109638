import type { NameFacts } from '../directory/owner/nameField.js';

/** A received file that waits in the spool, as its name says: what the name of its object is made of. */
export interface SpooledFile {
  readonly id: number;
  readonly facts: NameFacts;
  /** Distinguishes it from all other files of all servers. */
  readonly token: string;
}

/** The name of a file in the spool: `7,1764136636000,192.0.2.1%3A5000,alice,<token>.ready`. */
export const spoolName = (id: number, { at, peer, commonName, token }: NameFacts): string =>
  [id, at, encodeURIComponent(peer), safe(commonName), token].join(',') + READY;

/** Returns `undefined` for any other file. */
export function readSpoolName(name: string): SpooledFile | undefined {
  const { id, at, peer = '', commonName, token } = NAME.exec(name)?.groups ?? {};
  if (token === undefined || !Number.isSafeInteger(Number(id))) return undefined;
  const facts = {
    peer: decode(peer),
    commonName: commonName === '' ? undefined : commonName,
    at: at === '' ? undefined : Number(at),
    token,
  };
  return { id: Number(id), facts, token };
}

/** What a name of an object has of it, so that this name is not too long. */
const safe = (text = ''): string =>
  text.replace(/[^A-Za-z0-9._-]/gu, '_').slice(0, VALUE_CHARACTERS);

/** A name that is not ours may have anything behind a `%`. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const READY = '.ready';
const VALUE_CHARACTERS = 64;
const NAME =
  /^(?<id>\d+),(?<at>\d*),(?<peer>[^,]*),(?<commonName>[\w.-]*),(?<token>[0-9a-f-]{36})\.ready$/;
