import { hostname } from 'node:os';
import {
  defer,
  endWith,
  ignoreElements,
  map,
  mergeWith,
  type Observable,
  retry,
  shareReplay,
  switchMap,
  take,
  takeWhile,
} from 'rxjs';
import { environment } from '../../node/engines/environment.js';
import { type JetStream, jetStream } from '../../node/engines/jetStream.js';
import { Patience } from '../../node/engines/patience.js';
import { escapeJson } from '../../node/escapeJson.js';
import { keepSending, type SendMessage } from './keepSending.js';
import type { Output } from './output.js';

/**
 * Sends each event to a stream of NATS JetStream, except samples for a live view. The subject is `STREAM.received` for
 * an event of the type `received`.
 *
 * At least once: an event is repeated until the stream has it, with an id by which the stream knows it again. While the
 * stream is down, up to 10,000 events wait. Further ones are lost, and each is a problem to warn of.
 *
 * Emits the output if the stream is there, and completes.
 *
 * @throws EngineError if it is not
 */
export const eventStream = (url: string): Observable<Output> =>
  defer(() => {
    const client = { name: `events of rxdrop-server on ${hostname()}`, env: environment() };
    const stream$ = jetStream(url, client, { maxMessages: MAX_MESSAGES });
    return stream$.pipe(
      take(1),
      map(() => sendTo(stream$, url)),
    );
  });

const sendTo =
  (stream$: Observable<JetStream>, url: string): Output =>
  (events$) =>
    defer(() => {
      const connected$ = stream$.pipe(
        retry({ delay: RETRY_MS }),
        shareReplay({ bufferSize: 1, refCount: true }),
      );
      const withStream = <T>(use: (stream: JetStream) => Observable<T>): Observable<T> =>
        connected$.pipe(take(1), switchMap(use));
      const { repeated } = new Patience(withStream((stream) => stream.ping()));
      const run = crypto.randomUUID();
      const send: SendMessage = (event, serial) => {
        const text = escapeJson(JSON.stringify(event));
        const message = { topic: event.type, id: `${run}-${serial}`, text };
        return withStream((stream) => stream.store(message)).pipe(repeated());
      };
      return keepSending(
        send,
        url,
      )(events$).pipe(
        endWith(undefined),
        // Connected also while there is no event to send.
        mergeWith(connected$.pipe(ignoreElements())),
        takeWhile((problem) => problem !== undefined),
      );
    });

/** About 500 MB; whoever needs another limit makes the stream beforehand. */
const MAX_MESSAGES = 1_000_000;
const RETRY_MS = 500;
