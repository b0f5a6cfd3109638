import { catchError, defer, EMPTY, map, type Observable } from 'rxjs';
import type { Exchange } from '../node/listenHttp.js';
import { sinkOf } from '../node/sink.js';
import { writeTo } from '../node/writeTo.js';

/** An answer to a request. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The text, or texts that are sent as they are emitted. While their reader is full, they are not subscribed, so they
   * have to describe a state, of which only the newest matters.
   */
  readonly body: string | Observable<string>;
}

/** Sends a reply, and completes once it is sent or its reader is gone. */
export function respond({ request, response }: Exchange, reply: Reply): Observable<never> {
  const { status, headers } = reply;
  const body = request.method === 'HEAD' ? '' : reply.body;
  const sink = sinkOf(response);
  response.writeHead(status, { ...HEADERS, ...headers });
  const sent$ =
    typeof body === 'string'
      ? defer(() => {
          sink.write(Buffer.from(body));
          return sink.end();
        })
      : body.pipe(
          map((text) => Buffer.from(text)),
          writeTo(sink, { copy: false }),
        );
  return sent$.pipe(catchError(() => EMPTY));
}

/** A browser may only show an answer: it may not store, embed, share or reinterpret it. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
