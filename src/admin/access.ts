import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** The parts of a request that decide whether it is answered. */
export interface AccessRequest {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Returns the answer to a request that is refused or redirected; `undefined` if the request may have its page. */
export type AccessControl = (request: AccessRequest) => Denial | undefined;

/** An answer instead of a page. */
export interface Denial {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Decides which requests may see the pages.
 *
 * A foreign web site must not read this server through the browser of a user. A browser would allow that if the name of
 * the site resolved to this machine (DNS rebinding). So without a token, the `Host` of a request has to be an address
 * or `localhost`, which no site has. With a token, it may be any name, because a site of another name has no cookie.
 * The cookie is `Lax`, because a link in a page of another site is followed with it, and there is only GET.
 *
 * @param token the secret that a request needs: in `Authorization: Bearer`, in a cookie, or once in `?token=`, which
 * sets the cookie
 */
export function accessControl(token: string | undefined): AccessControl {
  const isToken = equals(token ?? '');
  const cookie = createHmac('sha256', token ?? '')
    .update('rxdrop-admin')
    .digest('hex');
  const isCookie = equals(cookie);
  // A browser sends its cookies to every port of a host, so each token has a cookie of its own.
  const name = `rxdrop-admin-${cookie.slice(0, 8)}`;
  return ({ method, url, headers }) => {
    if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED;
    if (token === undefined) return isAddressOrLocalhost(headers.host) ? undefined : MISDIRECTED;
    const { path, query } = splitUrl(url);
    if (WITHOUT_TOKEN.has(path)) return undefined;
    const { bearer } = /^Bearer +(?<bearer>\S+)$/i.exec(headers.authorization ?? '')?.groups ?? {};
    if (bearer !== undefined && isToken(bearer)) return undefined;
    if (cookiesIn(name, headers.cookie).some(isCookie)) return undefined;
    const given = query.get('token');
    if (given === null || !isToken(given)) return UNAUTHORIZED;
    return {
      status: 303,
      headers: {
        location: '/',
        'set-cookie': `${name}=${cookie}; Path=/; HttpOnly; SameSite=Lax`,
      },
      text: 'The token is accepted.\n',
    };
  };
}

const NOT_ALLOWED: Denial = { status: 405, headers: { allow: 'GET, HEAD' }, text: 'Only GET.\n' };

const MISDIRECTED: Denial = {
  status: 421,
  text: 'Use the address of this server instead of a name, or start it with --admin-token-file.\n',
};

const UNAUTHORIZED: Denial = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  text: 'The token is required: Authorization: Bearer TOKEN, or /?token=TOKEN in a browser.\n',
};

/** Pages for probes, which have no token. They contain nothing but the phase of the server. */
const WITHOUT_TOKEN: ReadonlySet<string> = new Set(['/livez', '/readyz']);

/** Splits the URL of a request into path and query. Unlike `new URL`, it accepts any text. */
export function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

/** Compares in constant time, because the time would reveal how many letters are right. */
function equals(text: string): (given: string) => boolean {
  const expected = digest(text);
  return (given) => timingSafeEqual(digest(given), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isAddressOrLocalhost(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(?<address>.*)\]$/, '$<address>');
  return isIP(name) !== 0 || /^(?:.+\.)?localhost$/i.test(name);
}

const cookiesIn = (name: string, header = ''): readonly string[] =>
  header
    .split(/; */)
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
