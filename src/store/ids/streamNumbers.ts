import { map, type Observable } from 'rxjs';
import { jetStream } from '../../node/engines/jetStream.js';
import type { NatsClient } from '../../node/engines/natsConnection.js';
import type { NumberEngine } from './numberEngine.js';

/**
 * Numbers that are the sequence of a stream of NATS JetStream. The messages are empty, and the newest ones stay: with
 * none left, a stream that is restarted could begin again.
 *
 * @throws TypeError, EngineError
 */
export const streamNumbers = (url: string, client: NatsClient): Observable<NumberEngine> =>
  jetStream(url, client, { maxMessages: MAX_MESSAGES }).pipe(
    map((stream) => ({
      ask: (messageId) => stream.store({ topic: 'id', id: messageId }),
      ping: () => stream.ping(),
    })),
  );

/** About 15 MB. All numbers of two minutes should be among them, because requests are repeated. */
const MAX_MESSAGES = 100_000;
