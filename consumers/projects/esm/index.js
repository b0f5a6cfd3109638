// A file goes over a connection of its own and stands in the directory; each entry is used.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RxdropError, send, serve } from 'rxdrop';
import { openFile } from 'rxdrop/node';
import { collectBytes } from 'rxdrop/operators';
import { lawsOf } from 'rxdrop/testing';
import { filter, ignoreElements, lastValueFrom, mergeMap, of, switchMap, take } from 'rxjs';

const directory = mkdtempSync(join(tmpdir(), 'rxdrop-esm-'));
const file = join(directory, 'a.txt');
const dir = join(directory, 'inbox');
writeFileSync(file, 'abc');

const received = await lastValueFrom(
  serve({ port: 0, host: '127.0.0.1', dir }).pipe(
    mergeMap((event) =>
      event.type === 'listening'
        ? send({ host: '127.0.0.1', port: event.port, file }).pipe(ignoreElements())
        : of(event),
    ),
    filter((event) => event.type === 'received'),
    take(1),
  ),
);
assert.equal(received.bytes, 3);
assert.equal(readFileSync(join(dir, '1.file'), 'utf8'), 'abc');

const bytes = await lastValueFrom(
  openFile(file).pipe(
    switchMap(({ blocks$ }) => blocks$.pipe(collectBytes({ limit: 9 }))),
    take(1),
  ),
);
assert.equal(Buffer.from(bytes).toString(), 'abc');

const missing = send({ host: '127.0.0.1', port: 9, file: join(directory, 'missing') });
await assert.rejects(
  lastValueFrom(missing),
  (error) => error instanceof RxdropError && error.code === 'NO_INPUT',
);

const chunk = Buffer.from('a');
for (const [, check] of lawsOf(() => collectBytes({ limit: 9 }), { a: chunk, b: chunk })) check();

rmSync(directory, { recursive: true });
