import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What decides whether a request is answered. */
export interface Asking {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Refuses a request, or leads it elsewhere; nothing if it may have its page. */
export type Access = (asking: Asking) => Denial | undefined;

/** An answer in place of a page. */
export interface Denial {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Decides who may see the pages.
 *
 * A page of somebody else's site must not read this server through a browser. A browser lets it if the site's own
 * name leads here (DNS rebinding): so the host has to be an address, or `localhost`, which no site has. With a token,
 * any name will do, since the browser has the cookie of another.
 *
 * @param token what a request has to show, by `Authorization: Bearer`, or once by `?token=`, which a cookie replaces
 */
export function accessBy(token: string | undefined): Access {
  const isToken = equals(token ?? '');
  const cookie = createHmac('sha256', token ?? '')
    .update('rxdrop-admin')
    .digest('hex');
  const isCookie = equals(cookie);
  return ({ method, url, headers }) => {
    if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED;
    if (token === undefined) return isHostOfNobody(headers.host) ? undefined : MISDIRECTED;
    const { path, query } = partsOf(url);
    if (OPEN_TO_ALL.has(path)) return undefined;
    const { bearer } = /^Bearer +(?<bearer>\S+)$/i.exec(headers.authorization ?? '')?.groups ?? {};
    if (bearer !== undefined && isToken(bearer)) return undefined;
    if (cookiesIn(headers.cookie).some(isCookie)) return undefined;
    const given = query.get('token');
    if (given === null || !isToken(given)) return UNAUTHORIZED;
    return {
      status: 303,
      headers: {
        location: '/',
        'set-cookie': `${COOKIE}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
      },
      text: 'The token is taken.\n',
    };
  };
}

const NOT_ALLOWED: Denial = { status: 405, headers: { allow: 'GET, HEAD' }, text: 'Only GET.\n' };

const MISDIRECTED: Denial = {
  status: 421,
  text: 'Use the address of this server in place of a name, or give it an --admin-token-file.\n',
};

const UNAUTHORIZED: Denial = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  text: 'This needs the token: Authorization: Bearer TOKEN, or /?token=TOKEN in a browser.\n',
};

/** What the probes of a balancer ask for; it says nothing but whether to come. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set(['/livez', '/readyz']);

const COOKIE = 'rxdrop-admin';

/** The path and the query of a request, which never throw, whatever a client sends. */
export function partsOf(url: string): { path: string; query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

/** Takes the same time whatever is given, so that nobody finds a text letter by letter. */
function equals(text: string): (given: string) => boolean {
  const expected = digest(text);
  return (given) => timingSafeEqual(digest(given), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isHostOfNobody(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(?<address>.*)\]$/, '$<address>');
  return isIP(name) !== 0 || /^(?:.+\.)?localhost$/i.test(name);
}

const cookiesIn = (header = ''): readonly string[] =>
  header
    .split(/; */)
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1));
