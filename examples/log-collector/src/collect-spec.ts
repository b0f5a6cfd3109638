import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TooLargeError } from 'rxdrop';
import { listen, sinkOf } from 'rxdrop/node';
import { fakeConnection, fakeUplink, marbles } from 'rxdrop/testing';
import { concat, lastValueFrom, of, switchMap, take, toArray } from 'rxjs';
import { collect } from './collect.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the log collector', () => {
  // prettier-ignore
  it('reads nobody while the log is full', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const data     = hot('--a------b--|   ', { a: bytes('a\nb'), b: bytes('b\n') });
    const full     = hot('f--t---f--------', { f: false, t: true });
    const dataSubs =    ['^--!            ',
                         '-------^----!   '];
    const expected =     '------------(1|)';
    const sender   = fakeConnection({ bytes$: data, peer: 'A' });
    const log      = fakeUplink({ full$: full });
    expectObservable(collect(of(sender), log)).toBe(expected, { 1: { peer: 'A', lines: 2 } });
    expectSubscriptions(data.subscriptions).toBe(dataSubs);
  }));

  it('parts by RST from who sends a line without end, and from nobody else', async () => {
    const [endless, other] = [
      fakeConnection({ bytes$: of(Buffer.alloc(65 * 1024)), peer: 'A' }),
      fakeConnection({ bytes$: of(bytes('b\n')), peer: 'B' }),
    ];
    const [a, b] = await lastValueFrom(collect(of(endless, other), fakeUplink()).pipe(toArray()));
    assert.ok(a && 'error' in a && a.error instanceof TooLargeError);
    assert.deepEqual(b, { peer: 'B', lines: 1 });
    assert.deepEqual(await lastValueFrom(endless.sees$.pipe(toArray())), ['R']);
    assert.deepEqual(await lastValueFrom(other.sees$.pipe(toArray())), ['F']);
  });

  it('tears no line, however they are cut on their way', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'log-collector-'));
    const path = join(directory, 'all.log');
    const log = sinkOf(createWriteStream(path));
    const collected$ = listen({ port: 0, host: '127.0.0.1' }).pipe(
      switchMap(({ address, connections$ }) => {
        const senders = ['a', 'b'].map((letter) => {
          const socket = connect(address.port, address.address);
          const line = letter.repeat(1_000);
          for (let half = 0; half < 2_000; half++)
            socket.write(half % 2 === 0 ? line.slice(500) : `${line.slice(500)}\n`);
          socket.end();
          return socket;
        });
        return collect(connections$, log).pipe(take(senders.length));
      }),
      take(2),
    );
    const told = await lastValueFrom(concat(collected$, log.end()).pipe(toArray()));
    assert.deepEqual(
      told.map((event) => ('lines' in event ? event.lines : event.error)),
      [1_000, 1_000],
    );
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, 2_000);
    assert.ok(lines.every((line) => /^(a{1000}|b{1000})$/.test(line)));
    rmSync(directory, { recursive: true });
  });
});
