import { tap } from 'rxjs';
import { serve, type ServerEvent } from '../../src/index.js';
import { afterSpec, directory } from './programs.js';
import { type SavedFiles, savedFiles } from './savedFiles.js';
import { until } from './until.js';

/** A server of the library, in this process. */
export interface LibraryServer extends SavedFiles {
  readonly port: number;
  /** Waits for an event. */
  readonly event: (type: ServerEvent['type']) => Promise<ServerEvent>;
}

/**
 * Starts a server of the library, which listens when this resolves. It has one address: a client on a busy machine
 * might connect to both addresses of `localhost` otherwise.
 */
export async function startLibraryServer(): Promise<LibraryServer> {
  const dir = directory();
  const events: ServerEvent[] = [];
  const serving = serve({ port: 0, host: '127.0.0.1', dir })
    .pipe(tap((event) => events.push(event)))
    .subscribe();
  afterSpec(() => {
    serving.unsubscribe();
  });
  const { port } = await until(() => events.find((event) => event.type === 'listening'));
  return {
    port,
    event: (type) => until(() => events.find((event) => event.type === type)),
    ...savedFiles(dir),
  };
}
