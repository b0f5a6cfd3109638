import { domainToASCII } from 'node:url';

/**
 * The ASCII form of a host name, which name servers and certificates use: `müller.example` is
 * `xn--mller-kva.example`. The conversion does not depend on the locale.
 *
 * @param host a name or an address; one that has no ASCII form is returned as it is
 */
export const asciiHost = (host: string): string =>
  /\P{ASCII}/u.test(host) ? domainToASCII(host) || host : host;
