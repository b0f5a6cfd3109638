import type * as Tls from 'node:tls';
import { TlsError } from '../errors.js';

/** The certificate, the key and the trusted authority of one side of a TLS connection, as PEM. */
export interface TlsFiles {
  /** The certificate of this side, and its chain. */
  cert?: Pem | undefined;
  /** The key of that certificate. */
  key?: Pem | undefined;
  /** The certificates of the authorities that are trusted. */
  ca?: Pem | undefined;
}

/** A certificate or a key, as text or as its bytes. */
export type Pem = string | Uint8Array;

/** A server's side. */
export interface ServerTls extends TlsFiles {
  /** The certificate of this side, and its chain. */
  cert: Pem;
  /** The key of that certificate. */
  key: Pem;
  /** Clients need a certificate of this authority. Without it, they need none. */
  ca?: Pem | undefined;
  /**
   * 48 random bytes, which encrypt the sessions that clients resume. Servers that are given the same resume each
   * other's; by default, each has its own.
   */
  ticketKeys?: Uint8Array | undefined;
}

/** Creates `ticketKeys` for several servers. */
export const createTicketKeys = (): Uint8Array =>
  process.getBuiltinModule('node:crypto').randomBytes(48);

/** A client's side. Without `ca`, Node's default authorities are trusted. */
export interface ClientTls extends TlsFiles {
  /** The name for which the server's certificate must be valid. */
  servername?: string | undefined;
}

/** Loads `node:tls` at its first use, so that a start without TLS does not wait for it. */
export const tls = (): typeof Tls => process.getBuiltinModule('node:tls');

/** Options for Node's TLS functions. */
export interface CheckedTls extends Tls.SecureContextOptions {
  readonly secureContext: Tls.SecureContext;
}

/** Checks that Node can use the files. Throws TlsError. */
export function checkTls({ cert, key, ca }: TlsFiles): CheckedTls {
  const files = { cert: asNodePem(cert), key: asNodePem(key), ca: asNodePem(ca) };
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  try {
    requirePem(CERTIFICATE, files.cert, 'certificate');
    requirePem(KEY, files.key, 'private key');
    requirePem(CERTIFICATE, files.ca, 'certificate of an authority');
    // Node accepts any text as an authority, and then trusts no certificate.
    if (files.ca !== undefined)
      new (process.getBuiltinModule('node:crypto').X509Certificate)(files.ca);
    const options: Tls.SecureContextOptions = { ...given, minVersion: MIN_VERSION };
    return { ...options, secureContext: tls().createSecureContext(options) };
  } catch (cause) {
    throw new TlsError({ cause });
  }
}

/** Node's default. Set here, it cannot be lowered by `NODE_OPTIONS`. */
const MIN_VERSION = 'TLSv1.2';

/** OpenSSL accepts an empty file or a file of comments, as if none were given. */
function requirePem(form: RegExp, pem: string | Buffer | undefined, what: string): void {
  if (pem !== undefined && !form.test(pem.toString('latin1')))
    throw new TypeError(`there is no ${what} in PEM form`);
}

const CERTIFICATE = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m;
const KEY = /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/m;

const asNodePem = (pem: Pem | undefined): string | Buffer | undefined =>
  pem === undefined || typeof pem === 'string' ? pem : Buffer.from(pem);
