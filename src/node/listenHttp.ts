import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromEvent, Observable } from 'rxjs';
import { ListenError } from '../errors.js';

/** Where to listen, and for how many at once. */
export interface ListenHttpOptions {
  /** 0 takes a free one; the listener reports which. */
  port: number;
  /** Address to bind. */
  host: string;
  /** Connections at once; one more is closed before it is served. */
  maxConnections: number;
}

/** A port that is listened to for HTTP. */
export interface HttpListener {
  readonly address: AddressInfo;
  /** Requests as they come; subscribe at once. */
  readonly requests$: Observable<Exchange>;
  /** Closes the listener, and all connections, whatever they are at. Safe to repeat. */
  readonly close: () => void;
}

/** A request, and what becomes the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Listens for HTTP requests. Emits the listener once it listens, and completes when it is closed; unsubscribing closes
 * it, too.
 *
 *     listenHttp({ port })  ---L-----------|
 *     requests$                -1-2--3---
 *     close()                              c
 *
 * @throws ListenError if the port is in use or forbidden
 */
export function listenHttp({
  port,
  host,
  maxConnections,
}: ListenHttpOptions): Observable<HttpListener> {
  return new Observable((subscriber) => {
    const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: HEADERS_MS });
    server.maxConnections = maxConnections;
    const requests$ = fromEvent(
      server,
      'request',
      (request: IncomingMessage, response: ServerResponse): Exchange => ({ request, response }),
    );
    const close = () => {
      server.close();
      server.closeAllConnections();
      subscriber.complete();
    };
    server
      .on('error', (cause) => {
        subscriber.error(new ListenError(port, { cause, host }));
      })
      .listen({ port, host }, () => {
        subscriber.next({ address: server.address() as AddressInfo, requests$, close });
      });
    return close;
  });
}

const HEADERS_MS = 10_000;
