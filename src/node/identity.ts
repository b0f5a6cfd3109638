import type { X509Certificate } from 'node:crypto';

/** The identity in the certificate of a client. */
export interface Identity {
  /** The common name of its subject, if it has one. */
  readonly name?: string;
  /** Its alternative names, as Node prints them: `DNS:alice.example`, `IP Address:192.0.2.1`. */
  readonly names: readonly string[];
  /** The SHA-256 of the certificate, as pairs of hex digits with colons between them. */
  readonly fingerprint: string;
}

/** Reads a trusted certificate. The names are those that the client chose, with control characters if it has any. */
export function identityOf(certificate: X509Certificate): Identity {
  const name = commonName(certificate);
  return {
    ...(name !== undefined && { name }),
    names: split(certificate.subjectAltName ?? ''),
    fingerprint: certificate.fingerprint256,
  };
}

/** The last one, the most specific, if there are several. Only the legacy object has it without escapes. */
function commonName(certificate: X509Certificate): string | undefined {
  const { CN }: { CN?: string | readonly string[] } = certificate.toLegacyObject().subject;
  return typeof CN === 'string' ? CN : CN?.at(-1);
}

/** Node prints a name that contains a comma, a quote or a control character as a JSON string. */
const split = (names: string): readonly string[] =>
  (names.match(NAME) ?? []).map((name) => name.replace(/^ /, ''));

const NAME = /(?:[^",]|"(?:[^"\\]|\\.)*")+/g;
