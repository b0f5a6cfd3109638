import { isIP } from 'node:net';
import { canonicalAddress } from './addresses.js';
import type { Identity } from '../identity.js';

/** Whether a client is admitted. One without a certificate is not, unless everybody is. */
type AdmitsClient = (client: Identity | undefined) => boolean;

/**
 * Compares the names in a certificate with those that are admitted: the common name, and the alternative names
 * of hosts, addresses, mailboxes and URIs. One has to be equal to one. Only names of hosts have no case, and
 * `*` is no wildcard.
 *
 * @param allowed if it is empty, nobody is admitted; if it is undefined, everybody is
 * @throws TypeError for an empty name, which a certificate could have too
 */
export function nameFilter(allowed: readonly string[] | undefined): AdmitsClient {
  if (allowed === undefined) return () => true;
  if (allowed.includes('')) throw new TypeError('a name is empty');
  const exact = new Set(allowed);
  const hosts = new Set(allowed.map(lowerCase));
  const addresses = new Set(allowed.filter((name) => isIP(name) !== 0).map(canonicalAddress));

  const admits = (alternativeName: string): boolean => {
    const { kind, printed = '' } = ALTERNATIVE_NAME.exec(alternativeName)?.groups ?? {};
    const value = unquoted(printed);
    switch (kind) {
      case 'DNS':
        return hosts.has(lowerCase(value));
      case 'IP Address':
        return addresses.has(canonicalAddress(value));
      case 'email':
      case 'URI':
        return exact.has(value);
      default:
        return false;
    }
  };
  return (client) =>
    client !== undefined &&
    ((client.name !== undefined && exact.has(client.name)) || client.names.some(admits));
}

const ALTERNATIVE_NAME = /^(?<kind>DNS|IP Address|email|URI):(?<printed>.*)$/s;

/** Node quotes a value that could be mistaken for several names, or for the end of one. */
function unquoted(printed: string): string {
  if (!printed.startsWith('"')) return printed;
  try {
    return String(JSON.parse(printed));
  } catch {
    return '';
  }
}

/** ASCII alone: to Unicode, the sign of kelvin is a capital k. */
const lowerCase = (host: string): string =>
  host.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
