import { catchError, EMPTY, map, type Observable } from 'rxjs';
import type { Exchange } from '../node/listenHttp.js';
import { writeTo } from '../node/writeTo.js';

/** An answer to a request. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Its text; one that goes on is written as fast as its reader takes it. */
  readonly text$: Observable<string>;
}

/** Sends a reply, and completes once it is handed over, or its reader is gone. */
export function respond({ request, response }: Exchange, reply: Reply): Observable<never> {
  response.writeHead(reply.status, { ...HEADERS, ...reply.headers });
  const text$ = request.method === 'HEAD' ? EMPTY : reply.text$;
  return text$.pipe(
    map((text) => Buffer.from(text)),
    writeTo(response, { copy: false }),
    catchError(() => EMPTY),
  );
}

/** For all that a browser might do with an answer beside showing it. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
