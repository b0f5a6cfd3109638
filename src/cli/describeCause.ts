import { getSystemErrorMap } from 'node:util';

/** Describes the cause of an error; for a system error, as the system does: "no such file or directory". */
export function describeCause(cause: unknown): string {
  if (!hasMessage(cause)) return 'reason unknown';
  // OpenSSL's messages begin with a place in its source, but its `reason` does not.
  if ('reason' in cause && typeof cause.reason === 'string') return describeReason(cause.reason);
  const errno = 'errno' in cause ? getSystemErrorMap().get(Number(cause.errno)) : undefined;
  if (errno) return errno[1];
  // If Node does not trust a client, its message is only a code: CERT_HAS_EXPIRED.
  return /^[A-Z_]+$/.test(cause.message)
    ? cause.message.toLowerCase().replaceAll('_', ' ')
    : cause.message;
}

/** Whether a cause is an error, or the data of one. */
export const hasMessage = (cause: unknown): cause is { readonly message: string } =>
  typeof cause === 'object' &&
  cause !== null &&
  'message' in cause &&
  typeof cause.message === 'string';

/** Whether the look-up of a host's addresses failed. */
export const isLookup = (cause: unknown): boolean =>
  hasMessage(cause) && 'syscall' in cause && cause.syscall === 'getaddrinfo';

/** Node's reasons for a certificate of another name end in a list of the names that it has, which may be empty. */
function describeReason(reason: string): string {
  const { host, names = '' } = OTHER_NAME.exec(reason)?.groups ?? {};
  if (host === undefined) return reason;
  return names === ''
    ? `the certificate is not for ${host}`
    : `the certificate is for ${names}, and not for ${host}`;
}

const OTHER_NAME = /^(?:IP|Host): (?<host>\S+?)\.? is not .*?: ?(?<names>.*?)\s*$/;
