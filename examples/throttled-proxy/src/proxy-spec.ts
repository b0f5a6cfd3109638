import assert from 'node:assert/strict';
import { connect as dial, createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, it } from 'node:test';
import { connectTo } from 'rxdrop/node';
import { byteBudget } from 'rxdrop/operators';
import { firstValueFrom, type Observable, Subject, Subscription } from 'rxjs';
import { accept } from './accept.js';
import { type Passed, proxy } from './proxy.js';

const HOST = '127.0.0.1';

describe('the proxy', () => {
  let held = new Subscription();

  afterEach(() => {
    held.unsubscribe();
    held = new Subscription();
  });

  /** A server that sends back what it gets, with the proxy before it. */
  const proxied = async (rate = Infinity) => {
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    const target = await listening(echo.listen(0, HOST));
    held.add(() => echo.close());

    const passed$ = new Subject<Passed>();
    const port = await freePort();
    const options = {
      connect$: connectTo({ address: HOST, port: target }),
      budget: byteBudget(rate),
    };
    held.add(proxy(accept(port), options).subscribe(passed$));
    return { port, passed: firstValueFrom(passed$ as Observable<Passed>) };
  };

  const talk = async (port: number, text: string) => {
    const socket = dial({ port, host: HOST, allowHalfOpen: true });
    socket.end(text);
    return (await buffer(socket)).toString();
  };

  it('passes both ways on, and tells how much', async () => {
    const { port, passed } = await proxied();
    assert.equal(await talk(port, 'abc'), 'abc');
    assert.deepEqual(await passed, { up: 3, down: 3 });
  });

  it('passes on no faster than allowed, and loses nothing', async () => {
    const text = 'abcdefgh'.repeat(16 * 1024);
    const { port } = await proxied(4 * 256 * 1024);
    const since = performance.now();
    assert.equal(await talk(port, text), text);
    // Two times 128 KiB at 1 MiB a second; the last chunk is paid for when nobody waits any longer.
    assert.ok(performance.now() - since > 50);
  });

  it('tells what cut a connection off, and goes on', async () => {
    const { port, passed } = await proxied();
    const socket = dial({ port, host: HOST });
    socket.write('abc', () => socket.resetAndDestroy());
    assert.ok((await passed).error);
    assert.equal(await talk(port, 'abc'), 'abc');
  });
});

const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, HOST);
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};
