import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { send, serve, type ServerEvent } from 'rxdrop';
import type { Store } from 'rxdrop/node';
import {
  defer,
  EMPTY,
  ignoreElements,
  lastValueFrom,
  mergeMap,
  type Observable,
  of,
  take,
  toArray,
} from 'rxjs';
import { gzipStore } from './gzipStore.js';
import { memoryStore } from './memoryStore.js';

const HOST = '127.0.0.1';
const sample = randomBytes(3 * 2 ** 20);

describe('a store of one’s own', () => {
  let directory: string;
  const path = (...names: string[]) => join(directory, ...names);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'own-store-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** The events of a server while `act` goes on, up to the end of its first transfer. */
  const serving = (store: Store, act: (port: number) => Observable<never>) =>
    lastValueFrom(
      serve({ port: 0, host: HOST, store }).pipe(
        mergeMap((event) =>
          event.type === 'listening' ? act(event.port) : of<ServerEvent>(event),
        ),
        take(2),
        toArray(),
      ),
    );

  const upload = (port: number): Observable<never> => {
    writeFileSync(path('sample.bin'), sample);
    return send({ host: HOST, port, file: path('sample.bin') }).pipe(ignoreElements());
  };

  /** Sends without asking whether it arrives. */
  const sending = (port: number, end: (socket: Socket) => void): Observable<never> =>
    defer(() => {
      const socket = connect(port, HOST).on('error', () => undefined);
      socket.write('half a file', () => {
        end(socket);
      });
      return EMPTY;
    });

  const breakOff = (port: number) => sending(port, (socket) => socket.resetAndDestroy());
  const finish = (port: number) => sending(port, (socket) => socket.end());

  const types = (events: readonly ServerEvent[]) => events.map(({ type }) => type);

  it('in memory keeps what came whole', async () => {
    const store = memoryStore();
    assert.deepEqual(types(await serving(store, upload)), ['opened', 'received']);
    assert.ok(store.files.get(1)?.equals(sample));
  });

  it('in memory keeps nothing of what did not', async () => {
    const store = memoryStore();
    assert.deepEqual(types(await serving(store, breakOff)), ['opened', 'failed']);
    assert.equal(store.files.size, 0);
  });

  it('of zipped files keeps what came whole', async () => {
    assert.deepEqual(types(await serving(gzipStore(path()), upload)), ['opened', 'received']);
    assert.ok(gunzipSync(readFileSync(path('1.file.gz'))).equals(sample));
  });

  it('of zipped files marks what did not', async () => {
    assert.deepEqual(types(await serving(gzipStore(path()), breakOff)), ['opened', 'failed']);
    assert.deepEqual(readdirSync(path()), ['1.file']);
    assert.equal(readFileSync(path('1.file'), 'utf8'), 'ERROR');
  });

  it('of zipped files reports that it cannot even mark', async () => {
    const events = await serving(gzipStore(path('missing')), finish);
    assert.deepEqual(types(events), ['opened', 'failed']);
    assert.ok(events.some((event) => event.type === 'failed' && event.fileError));
  });
});
