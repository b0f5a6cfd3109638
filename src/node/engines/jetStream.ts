import type { JetStreamClient, StreamAPI } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  catchError,
  concat,
  defer,
  from,
  ignoreElements,
  map,
  type Observable,
  of,
  switchMap,
  throwError,
  timeout,
} from 'rxjs';
import { EngineError } from '../../errors.js';
import { loadPackage } from './loadPackage.js';
import { type NatsClient, natsConnection } from './natsConnection.js';
import { natsUrl } from './natsUrl.js';

/** A stream of NATS JetStream. */
export interface JetStream {
  /** Its name, with which its subjects begin. */
  readonly stream: string;
  /**
   * Stores a message, and emits its sequence. An id that is stored is not stored again, but has the same sequence.
   * Errors if there is no answer, after which the message may be stored all the same.
   */
  store(message: Message): Observable<number>;
  /** Completes if the stream answers, and errors if not. */
  ping(): Observable<never>;
}

export interface Message {
  /** What follows the name of the stream in its subject. */
  readonly topic: string;
  /** Known to the stream for two minutes. */
  readonly id: string;
  readonly text?: string;
}

/** How a stream is made if it is missing: of more messages, it drops the oldest. */
export interface MakeStream {
  readonly maxMessages: number;
}

/**
 * Connects to a stream, and makes it if it is missing, on three servers if that many are named. It stays connected
 * while subscribed: after a failure of the network or of a server, it connects again, to any of them.
 *
 * @throws TypeError for a bad URL; EngineError if the stream does not answer at the start
 */
export const jetStream = (
  url: string,
  client: NatsClient,
  { maxMessages }: MakeStream,
): Observable<JetStream> =>
  defer(() => {
    const place = natsUrl(url);
    const config = {
      name: place.path,
      subjects: [`${place.path}.>`],
      max_msgs: maxMessages,
      num_replicas: place.hosts.length < REPLICAS ? 1 : REPLICAS,
    };
    return natsConnection(place, client).pipe(
      switchMap((connection) => open(connection, config)),
      timeout({ first: START_MS, with: () => throwError(() => new Error('it does not answer')) }),
      catchError((cause: unknown) => throwError(() => new EngineError(url, { cause }))),
    );
  });

interface StreamConfig {
  readonly name: string;
  readonly subjects: string[];
  readonly max_msgs: number;
  readonly num_replicas: number;
}

const open = (connection: NatsConnection, config: StreamConfig): Observable<JetStream> =>
  loadPackage(() => import('@nats-io/jetstream'), '@nats-io/jetstream').pipe(
    switchMap(({ jetstream, jetstreamManager }) =>
      from(jetstreamManager(connection, { timeout: ANSWER_MS, checkAPI: false })).pipe(
        switchMap(({ streams }) => {
          const stream = new OpenStream(config.name, jetstream(connection), streams);
          return concat(make(stream, streams, config), of(stream));
        }),
      ),
    ),
  );

/** Several servers that start at once may all make it, because they ask for the same one. */
const make = (stream: JetStream, streams: StreamAPI, config: StreamConfig): Observable<never> =>
  stream.ping().pipe(
    catchError((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'StreamNotFoundError') throw error;
      return defer(() => streams.add(config)).pipe(ignoreElements());
    }),
  );

class OpenStream implements JetStream {
  constructor(
    readonly stream: string,
    private readonly client: JetStreamClient,
    private readonly streams: StreamAPI,
  ) {}

  store({ topic, id, text = '' }: Message): Observable<number> {
    const options = { msgID: id, timeout: ANSWER_MS, retries: 0 };
    return defer(() => this.client.publish(`${this.stream}.${topic}`, text, options)).pipe(
      map(({ seq }) => {
        // A repetition came before the first one was stored. Some versions of NATS then answer like this.
        if (seq === 0) throw new Error('the stream has not stored it yet');
        return seq;
      }),
      catchError(explainSilence),
    );
  }

  ping(): Observable<never> {
    return defer(() => this.streams.info(this.stream)).pipe(
      ignoreElements(),
      catchError(explainSilence),
    );
  }
}

/** Without a leader of the stream, or of all streams, nobody answers, or somebody in vain. */
const explainSilence = (error: unknown): Observable<never> =>
  throwError(() =>
    error instanceof Error && SILENCE.has(error.name)
      ? new Error('the stream does not answer', { cause: error })
      : error,
  );

const SILENCE: ReadonlySet<string> = new Set([
  'JetStreamNotEnabled',
  'NoRespondersError',
  'TimeoutError',
  'RequestError',
]);

const ANSWER_MS = 2_000;
const START_MS = 5_000;
const REPLICAS = 3;
