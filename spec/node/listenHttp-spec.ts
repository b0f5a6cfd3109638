import { once } from 'node:events';
import { connect } from 'node:net';
import { tap } from 'rxjs';
import { ListenError } from '../../src/errors.js';
import { listenHttp } from '../../src/node/listenHttp.js';
import { following } from '../support/following.js';
import { first } from '../support/outcome.js';

const { closing, follow } = following();

const LOCAL = { port: 0, host: '127.0.0.1', maxConnections: 8 };

async function listening(options = LOCAL) {
  let completed = false;
  const { seen$, stop } = follow(
    listenHttp(options).pipe(tap({ complete: () => (completed = true) })),
  );
  const listener = await first(seen$);
  return { listener, stop, port: listener.address.port, hasCompleted: () => completed };
}

const get = (port: number) => fetch(`http://127.0.0.1:${port}/a?b`);

describe('listenHttp', () => {
  it('emits requests, and sends what is written as their answer', async () => {
    const { listener, port } = await listening();
    follow(
      listener.requests$.pipe(
        tap(({ request, response }) =>
          response.end(`${request.method ?? ''} ${request.url ?? ''}`),
        ),
      ),
    );
    expect(await (await get(port)).text()).toBe('GET /a?b');
  });

  it('errors if the port is in use (S2)', async () => {
    const { port } = await listening();
    await expect(first(listenHttp({ ...LOCAL, port }))).rejects.toThrow(ListenError);
  });

  it.each(['close', 'stop'] as const)('%ss even if connections are open', async (way) => {
    const { listener, port, stop, hasCompleted } = await listening();
    const begun$ = follow(
      listener.requests$.pipe(tap(({ response }) => response.writeHead(200).write('a'))),
    ).seen$;
    const answer = get(port);
    await first(begun$);
    const idle = connect(port, '127.0.0.1').resume();
    closing(() => idle.destroy());
    await once(idle, 'connect');
    await answer;
    const closed = once(idle, 'close');
    if (way === 'close') listener.close();
    else stop();
    await expect((await answer).text()).rejects.toThrow('terminated');
    await closed;
    await expect(get(port)).rejects.toThrow('fetch failed');
    expect(hasCompleted()).toBe(way === 'close');
    listener.close();
  });

  it('closes a connection beyond the limit', async () => {
    const { port } = await listening({ ...LOCAL, maxConnections: 1 });
    const sockets = [1, 2].map(() => connect(port, '127.0.0.1').resume());
    closing(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.race(sockets.map((socket) => once(socket, 'close')));
    expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(1);
  });
});
