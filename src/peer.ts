/** `address:port`, with IPv6 addresses in brackets and IPv4 addresses without their IPv6 prefix. */
export function endpoint(address = UNKNOWN_HOST, port = 0): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** The address of `192.0.2.1:5000` or `[2001:db8::1]:5000`. */
export const hostOf = (peer: string): string =>
  peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/** The host of a peer that had disconnected before the server read its address. */
export const UNKNOWN_HOST = 'unknown';
