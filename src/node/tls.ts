import type * as Tls from 'node:tls';
import { TlsError } from '../errors.js';

/** What one side of a TLS connection shows and trusts; certificates and keys are PEM. */
export interface TlsFiles {
  /** The certificate of this side, and its chain. */
  cert?: Pem | undefined;
  /** The key of that certificate. */
  key?: Pem | undefined;
  /** Who is trusted to vouch for the other side. */
  ca?: Pem | undefined;
}

/** A certificate or a key, as a text or the bytes of one. */
export type Pem = string | Uint8Array;

/** A server's side. */
export interface ServerTls extends TlsFiles {
  /** The certificate of this side, and its chain. */
  cert: Pem;
  /** The key of that certificate. */
  key: Pem;
  /** Clients need a certificate of this authority; without one they need none. */
  ca?: Pem | undefined;
}

/** A client's side; without `ca`, the authorities that Node knows are trusted. */
export interface ClientTls extends TlsFiles {
  /** The name that the server's certificate has to be for. */
  servername?: string | undefined;
}

/** `node:tls`, loaded when it is first asked for: whoever needs none does not wait for it at start. */
export const tls = (): typeof Tls => process.getBuiltinModule('node:tls');

/** What Node's own functions take, once it has found that it can be used. Throws TlsError. */
export interface Checked extends Tls.SecureContextOptions {
  readonly secureContext: Tls.SecureContext;
}

export function checked({ cert, key, ca }: TlsFiles): Checked {
  const files = { cert: inNode(cert), key: inNode(key), ca: inNode(ca) };
  const given = Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
  try {
    demand(CERTIFICATE, files.cert, 'certificate');
    demand(KEY, files.key, 'private key');
    demand(CERTIFICATE, files.ca, 'certificate of an authority');
    // Node takes anything for an authority, and trusts nobody then.
    if (files.ca !== undefined)
      new (process.getBuiltinModule('node:crypto').X509Certificate)(files.ca);
    const options: Tls.SecureContextOptions = { ...given, minVersion: OLDEST };
    return { ...options, secureContext: tls().createSecureContext(options) };
  } catch (cause) {
    throw new TlsError({ cause });
  }
}

/** Node's default, which `NODE_OPTIONS` cannot lower here. */
const OLDEST = 'TLSv1.2';

/** OpenSSL takes an empty file, or one of comments, for no certificate and no key. */
function demand(form: RegExp, pem: string | Buffer | undefined, what: string): void {
  if (pem !== undefined && !form.test(pem.toString('latin1')))
    throw new TypeError(`there is no ${what} in PEM form`);
}

const CERTIFICATE = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m;
const KEY = /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/m;

const inNode = (pem: Pem | undefined): string | Buffer | undefined =>
  pem === undefined || typeof pem === 'string' ? pem : Buffer.from(pem);
