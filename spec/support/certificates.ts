import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Made for these specs alone, for a hundred years but for the expired ones: `server` (localhost,
 * 127.0.0.1, ::1), `client`, `expired` and `expired-client` by `ca`, and `other-client` by `other-ca`.
 *
 * By `names-ca`: `alice`, who has names of every kind; `mallory`, in whose names there are line ends, commas,
 * quotes and NULs, as if she were alice; `nameless`, which is for `*.example` and has no common name; and
 * `two-names`, whose subject has two of them.
 */
const DIRECTORY = resolve('spec/support/certificates');

/** The path of a certificate, or of a key. */
export const pemPath = (name: string): string =>
  join(DIRECTORY, name.endsWith('.key') ? name : `${name}.pem`);

export const pem = (name: string): string => readFileSync(pemPath(name), 'latin1');

/** Somebody's certificate and key. */
export const identity = (name: string): { cert: string; key: string } => ({
  cert: pem(name),
  key: pem(`${name}.key`),
});
