import { type ErrorCode, ResetError, RxdropError, TlsError } from '../errors.js';

/**
 * Whether sending the file once more may succeed: the network or the server failed, but not the file, the name or
 * the certificate. After `RESET` and `UNCONFIRMED`, the server may have saved the file already.
 */
export const isTransient = (error: unknown): boolean =>
  error instanceof TlsError
    ? // The server may have restarted during the handshake.
      error.cause instanceof ResetError
    : error instanceof RxdropError && TRANSIENT.has(error.code);

const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'CLOSED_EARLY',
  'CONNECT_TIMEOUT',
  'LOOKUP',
  'RESET',
  'STALLED',
  'UNCONFIRMED',
  'UNREACHABLE',
]);
