import { type ErrorCode, ReceiptError, ResetError, RxdropError, TlsError } from '../errors.js';

/**
 * Whether sending the file once more may succeed: the network or the server failed, but not the file, the name or
 * the certificate. After `RESET`, `UNCONFIRMED` and a missing `RECEIPT`, the server may have saved the file already.
 */
export function isTransient(error: unknown): boolean {
  // The server may have restarted during the handshake.
  if (error instanceof TlsError) return error.cause instanceof ResetError;
  // A proxy ends the connection by FIN if its server is gone.
  if (error instanceof ReceiptError) return error.answer === '';
  return error instanceof RxdropError && TRANSIENT.has(error.code);
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'CLOSED_EARLY',
  'CONNECT_TIMEOUT',
  'LOOKUP',
  'RESET',
  'STALLED',
  'UNCONFIRMED',
  'UNREACHABLE',
]);
