import { concat, defer, map, type Observable, of, switchMap } from 'rxjs';
import type { Exchange } from '../node/listenHttp.js';
import { type AccessControl, splitUrl } from './access.js';
import { changes } from './changes.js';
import { EXPOSITION_TYPE } from './exposition.js';
import { contentSecurityPolicy } from './contentSecurityPolicy.js';
import { type Reply, respond } from './respond.js';

/** The contents of the pages. */
export interface Contents {
  readonly access: AccessControl;
  /** The HTML of the page for people. */
  readonly page: string;
  readonly metrics$: Observable<string>;
  /** Why the server is not ready for connections; `undefined` if it is. */
  readonly notReady$: Observable<string | undefined>;
  /** The state, now and while it changes. */
  readonly state$: Observable<object>;
}

/** Returns a function that answers a request, and completes once the answer is sent or its reader is gone. */
export function site({
  access,
  page,
  metrics$,
  notReady$,
  state$,
}: Contents): (exchange: Exchange) => Observable<never> {
  const policy = contentSecurityPolicy(page);
  const pages: Readonly<Record<string, Observable<Reply>>> = {
    '/': of(ok('text/html; charset=utf-8', page, { 'content-security-policy': policy })),
    '/events': of(ok('text/event-stream', concat(of(RETRY), state$.pipe(changes(), map(message))))),
    '/livez': of(plain(200, 'alive\n')),
    '/metrics': metrics$.pipe(map((text) => ok(EXPOSITION_TYPE, text))),
    '/readyz': notReady$.pipe(
      map((why) => (why === undefined ? plain(200, 'ready\n') : plain(503, `${why}\n`))),
    ),
  };
  return (exchange) =>
    defer(() => {
      const { method = '', url = '', headers } = exchange.request;
      const denial = access({ method, url, headers });
      if (denial) return of(plain(denial.status, denial.text, denial.headers));
      const { path } = splitUrl(url);
      return Object.hasOwn(pages, path) ? (pages[path] ?? NOT_FOUND) : NOT_FOUND;
    }).pipe(switchMap((reply) => respond(exchange, reply)));
}

const ok = (type: string, body: Reply['body'], headers = {}): Reply => ({
  status: 200,
  headers: { 'content-type': type, ...headers },
  body,
});

const plain = (status: number, body: string, headers = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

const NOT_FOUND = of(plain(404, 'The pages are /, /events, /livez, /metrics and /readyz.\n'));

/** Server-Sent Events: the milliseconds after which a browser reconnects. */
const RETRY = 'retry: 1000\n\n';

/** Formats a Server-Sent Event. JSON contains no line breaks. */
const message = (json: string): string => `data: ${json}\n\n`;
