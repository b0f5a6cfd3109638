import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { idleTimeout } from 'rxdrop/operators';
import { firstValueFrom, map, repeat, take, toArray } from 'rxjs';
import { datagrams } from './datagrams.js';

const host = '127.0.0.1';

describe('datagrams', () => {
  let port: number;
  const sender = () => createSocket('udp4');

  beforeEach(async () => {
    const probe = sender().bind(0, host);
    await once(probe, 'listening');
    port = probe.address().port;
    probe.close();
    await once(probe, 'close');
  });

  /** Sends until somebody is there: nobody tells a sender. */
  const sending = (text: string) => {
    const socket = sender();
    const timer = setInterval(() => {
      socket.send(text, port, host);
    }, 5);
    return () => {
      clearInterval(timer);
      socket.close();
    };
  };

  let stop: (() => void) | undefined;
  afterEach(() => {
    stop?.();
    stop = undefined;
  });

  const texts$ = () => datagrams({ port, host }).pipe(map(({ bytes }) => String(bytes)));

  it('come while it is subscribed', async () => {
    stop = sending('abc');
    assert.deepEqual(await firstValueFrom(texts$().pipe(take(2), toArray())), ['abc', 'abc']);
  });

  it('come anew at each subscription: the port was free in between', async () => {
    stop = sending('abc');
    const twice$ = texts$().pipe(take(1), repeat(2), toArray());
    assert.deepEqual(await firstValueFrom(twice$), ['abc', 'abc']);
  });

  it('pass on why the port cannot be opened', async () => {
    const first = sender().bind(port, host);
    await once(first, 'listening');
    await assert.rejects(firstValueFrom(texts$()), { code: 'EADDRINUSE' });
    first.close();
  });

  it('go through operators like any other source', async () => {
    await assert.rejects(firstValueFrom(texts$().pipe(idleTimeout(20))), { code: 'IDLE' });
  });
});
