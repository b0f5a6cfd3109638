import type { X509Certificate } from 'node:crypto';
import type { Identity } from '../identity.js';
import { tls } from './tls.js';

/** Reads a trusted certificate. The client chose its names, so they may contain control characters. */
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
  // In a process that has not loaded `node:tls`, the legacy object would load half of it, for good.
  tls();
  const { CN }: { CN?: string | readonly string[] } = certificate.toLegacyObject().subject;
  return typeof CN === 'string' ? CN : CN?.at(-1);
}

/** Node prints a name that contains a comma, a quote or a control character as a JSON string. */
const split = (names: string): readonly string[] =>
  (names.match(NAME) ?? []).map((name) => name.replace(/^ /, ''));

const NAME = /(?:[^",]|"(?:[^"\\]|\\.)*")+/g;
