import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { Observable, switchMap } from 'rxjs';
import type { EngineUrl } from './engineUrl.js';
import { loadPackage } from './loadPackage.js';
import { natsAccess } from './natsAccess.js';

/** The name of this client, which the server shows, and the variables with its credentials. */
export interface NatsClient {
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A connection to NATS while subscribed. It reconnects, to any of the hosts, as often as it has to, and errors if the
 * client gives up all the same.
 */
export const natsConnection = (
  place: EngineUrl,
  { name, env }: NatsClient,
): Observable<NatsConnection> =>
  loadPackage(() => import('@nats-io/transport-node'), '@nats-io/transport-node').pipe(
    switchMap(({ connect, credsAuthenticator }) => {
      const { creds, ...access } = natsAccess(place, env);
      const authenticator = creds && credsAuthenticator(creds);
      const options = { ...access, ...KEEP_TRYING, name, ...(authenticator && { authenticator }) };
      return connection(() => connect(options));
    }),
  );

const connection = (connect: () => Promise<NatsConnection>): Observable<NatsConnection> =>
  new Observable((subscriber) => {
    const connected = connect();
    const fail = (error: unknown) => {
      subscriber.error(error);
    };
    connected
      .then((client) => {
        subscriber.next(client);
        return client.closed();
      })
      .then((reason) => {
        fail(reason ?? new Error('the connection was closed'));
      })
      .catch(fail);
    return () => {
      connected.then((client) => client.close()).catch(() => undefined);
    };
  });

const KEEP_TRYING = {
  maxReconnectAttempts: -1,
  // The hosts of the URL and no others: a start that fails with each of them has failed.
  ignoreClusterUpdates: true,
  // A server that restarts may refuse us for a moment.
  ignoreAuthErrorAbort: true,
  reconnectTimeWait: 250,
  timeout: 3_000,
  // A server that is gone without a word is noticed after 10 s.
  pingInterval: 5_000,
  maxPingOut: 1,
} as const satisfies ConnectionOptions;
