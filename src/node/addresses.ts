import { BlockList, isIP } from 'node:net';

/** The addresses that are admitted. */
export interface AddressFilterOptions {
  /** Networks in CIDR notation, or single addresses. Only these are admitted; if there are none, all are. */
  allow?: readonly string[] | undefined;
  /** Networks or addresses that are not admitted, even if `allow` has them. */
  deny?: readonly string[] | undefined;
}

/**
 * Creates a function that returns whether an address is admitted.
 *
 * Not for authentication: several users share an address, and a proxy hides the address of its clients.
 *
 * @throws TypeError if a text is no network
 * @example
 * ```ts
 * import { addressFilter } from 'rxdrop/node';
 *
 * const admits = addressFilter({ allow: ['10.0.0.0/8', '::1'], deny: ['10.9.0.0/16'] });
 * console.log(admits('10.1.2.3'), admits('10.9.8.7'));
 * // → true false
 * ```
 * @see {@link isNetwork}, which does not throw
 * @category Addresses
 */
export function addressFilter({ allow = [], deny = [] }: AddressFilterOptions): Admits {
  if (allow.length + deny.length === 0) return () => true;
  const [allowed, denied] = [listOf(allow), listOf(deny)];
  return (address) => {
    const version = isIP(address);
    if (version === 0) return false;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (denied.check(address, family)) return false;
    return allow.length === 0 || allowed.check(address, family);
  };
}

/** Returns whether an address is admitted. A text that is no address is admitted only if all are. */
export type Admits = (address: string) => boolean;

/**
 * Returns whether a text is a network in CIDR notation, or an address.
 *
 * Not for host names: look them up first (`lookup`).
 *
 * @param text `10.0.0.0/8`, `::1` and the like
 * @example
 * ```ts
 * import { isNetwork } from 'rxdrop/node';
 *
 * console.log(isNetwork('10.0.0.0/8'), isNetwork('::1'), isNetwork('10.0.0.0/33'));
 * // → true true false
 * ```
 * @see {@link addressFilter}, which takes such texts
 * @category Addresses
 */
export function isNetwork(text: string): boolean {
  const { address = '', prefix } = NETWORK.exec(text)?.groups ?? {};
  const version = isIP(address);
  return version !== 0 && (prefix === undefined || Number(prefix) <= bitsOf(version));
}

const NETWORK = /^(?<address>[0-9a-fA-F.:]+)(?:\/(?<prefix>\d{1,3}))?$/;

const bitsOf = (version: number): number => (version === 4 ? 32 : 128);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    if (!isNetwork(network)) throw new TypeError(`${network} is no network`);
    const [address = '', prefix] = network.split('/');
    const version = isIP(address);
    list.addSubnet(
      address,
      prefix === undefined ? bitsOf(version) : Number(prefix),
      version === 4 ? 'ipv4' : 'ipv6',
    );
  }
  return list;
}
