import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Identity } from '../../src/identity.js';
import { identityOf } from '../../src/node/identityOf.js';

/**
 * Certificates for these specs only. Those that have not expired are valid for a hundred years.
 *
 * `ca` has signed `server` (for localhost, 127.0.0.1 and ::1), `client`, `expired` and `expired-client`; `other-ca` has
 * signed `other-client`.
 *
 * `names-ca` has signed `alice`, which has names of every kind; `mallory`, whose names imitate those of alice with line
 * ends, commas, quotes and NULs; `nameless`, which is for `*.example` and has no common name; and `two-names`, which
 * has two common names.
 */
const DIRECTORY = resolve('spec/support/certificates');

/** Returns the path of a certificate (`server`), or of a key (`server.key`). */
export const pemPath = (name: string): string =>
  join(DIRECTORY, name.endsWith('.key') ? name : `${name}.pem`);

export const pem = (name: string): string => readFileSync(pemPath(name), 'latin1');

/** Returns a certificate and its key. */
export const identity = (name: string): { cert: string; key: string } => ({
  cert: pem(name),
  key: pem(`${name}.key`),
});

/** Returns the identity that a server reads from a certificate. */
export const identityIn = (name: string): Identity => identityOf(new X509Certificate(pem(name)));
