import { Observable, take, toArray } from 'rxjs';
import { serve, type ServeIntoStore } from '../src/index.js';
import { directoryStore } from '../src/node/index.js';
import { contents, temporaryDirectory } from './support/directory.js';
import { LOOPBACK, loopback, parting } from './support/loopback.js';
import { ending, first, until } from './support/outcome.js';
import { type MemoryStore, memoryStore } from './support/parts.js';

describe('serve, with a store of the user', () => {
  const { follow, plainClient } = loopback();
  const path = temporaryDirectory();

  const serving = async (store: ServeIntoStore['store']) => {
    const { seen$, stop } = follow(serve({ port: 0, host: LOOPBACK, store }));
    const listening = await first(seen$);
    if (listening.type !== 'listening') throw new TypeError(listening.type);
    return { port: listening.port, stop };
  };

  /** Sends a text, and returns how the server ends the connection. */
  const send = async (port: number, text: string) => {
    const client = await plainClient(port);
    client.end(text);
    return parting(client);
  };

  it('saves the files in the store', async () => {
    const store = memoryStore();
    const { port } = await serving(store);
    expect(await send(port, 'one')).toBe('FIN');
    expect(await send(port, 'two')).toBe('FIN');
    expect(await first(store.files$.pipe(take(2), toArray()))).toStrictEqual([
      '1.file: one',
      '2.file: two',
    ]);
  });

  it('fails a file that the store refuses', async () => {
    const store = memoryStore({ room: 2 });
    const { port } = await serving(store);
    expect(await send(port, 'one')).toBe('RST');
    expect(await first(store.files$)).toBe('1.file: ERROR');
  });

  it('keeps the resources of the store while it runs', async () => {
    let held = false;
    const store$ = new Observable<MemoryStore>((subscriber) => {
      held = true;
      subscriber.next(memoryStore());
      return () => {
        held = false;
      };
    });
    const { port, stop } = await serving(store$);
    expect(await send(port, 'one')).toBe('FIN');
    expect(held).toBe(true);
    stop();
    await until(() => !held);
  });

  it('works with directoryStore as with a directory', async () => {
    const { port } = await serving(directoryStore({ path: path() }));
    expect(await send(port, 'one')).toBe('FIN');
    expect(contents(path())).toStrictEqual({ '1.file': 'one' });
  });

  it('passes on the error of a store that cannot be opened', async () => {
    const store = directoryStore({ path: path('missing') });
    expect(await ending(serve({ port: 0, host: LOOPBACK, store }))).toMatchObject({
      name: 'DirectoryError',
    });
  });
});
