// A process that listens, reads with a rest now and then, and tells what it has read.
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

const REST_AFTER = 8 * 2 ** 20;
const REST = 20;
const LONG_REST_AFTER = 256 * 2 ** 20;
const LONG_REST = 1_000;

const server = createServer((socket) => {
  void (async () => {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      hash.update(chunk);
      const before = size;
      size += chunk.byteLength;
      const passes = (mark: number) => Math.floor(size / mark) > Math.floor(before / mark);
      if (passes(LONG_REST_AFTER)) await setTimeout(LONG_REST);
      else if (passes(REST_AFTER)) await setTimeout(REST);
    }
    process.send?.({ size, digest: hash.digest('hex') });
    server.close();
  })();
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
