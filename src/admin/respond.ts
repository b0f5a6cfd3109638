import { catchError, defer, EMPTY, map, type Observable } from 'rxjs';
import type { Exchange } from '../node/listenHttp.js';
import { sinkOf } from '../node/sink.js';
import { writeTo } from '../node/writeTo.js';

/** An answer to a request. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * What it says. Texts that come over time are subscribed while their reader takes them, and anew after it was full:
   * they have to be of a state, whose newest is all that matters.
   */
  readonly body: string | Observable<string>;
}

/** Sends a reply, and completes once it is handed over, or its reader is gone. */
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

/** For all that a browser might do with an answer beside showing it. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
