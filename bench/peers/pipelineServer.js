/** pipelineServer PORT DIR [fsync]: the server as Node's documentation would have it, with stream.pipeline. */
import { createWriteStream } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';

const BUFFER_BYTES = 256 * 1024;
const [port, dir = '.', fsync] = process.argv.slice(2);
const flush = fsync === 'fsync';
const directory = await open(dir);
let count = 0;

/** @param {import('node:net').Socket} socket */
async function receive(socket) {
  const id = ++count;
  const temporary = `${dir}/.${id}`;
  try {
    await pipeline(socket, createWriteStream(temporary, { highWaterMark: BUFFER_BYTES, flush }));
    await rename(temporary, `${dir}/${id}.file`);
    if (flush) await directory.sync();
    socket.end();
  } catch {
    socket.resetAndDestroy();
    await unlink(temporary).catch(() => undefined);
  }
}

const server = createServer({ allowHalfOpen: true, highWaterMark: BUFFER_BYTES }, (socket) => {
  void receive(socket);
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
