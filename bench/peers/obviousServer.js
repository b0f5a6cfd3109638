/**
 * obviousServer PORT DIR: the RxJS that comes to mind first.
 *
 * It is correct except for one thing: concatMap queues all that fromEvent pushes, without a limit, so a sender that
 * is faster than the disk fills the memory.
 */
import { open, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import {
  concat,
  concatMap,
  defer,
  from,
  fromEvent,
  ignoreElements,
  switchMap,
  takeUntil,
} from 'rxjs';

const BUFFER_BYTES = 256 * 1024;
const [port, dir] = process.argv.slice(2);
let count = 0;

const receive = (/** @type {import('node:net').Socket} */ socket, /** @type {number} */ id) =>
  from(open(`${dir}/.${id}`, 'w')).pipe(
    switchMap((file) =>
      concat(
        /** @type {import('rxjs').Observable<Buffer>} */ (fromEvent(socket, 'data')).pipe(
          // eslint-disable-next-line rxjs-x/no-unsafe-takeuntil -- what is being written is to be written to its end
          takeUntil(fromEvent(socket, 'end')),
          concatMap((chunk) => file.write(chunk)),
          ignoreElements(),
        ),
        defer(() => file.close()),
        defer(() => rename(`${dir}/.${id}`, `${dir}/${id}.file`)),
      ),
    ),
  );

createServer({ allowHalfOpen: true, highWaterMark: BUFFER_BYTES }, (socket) => {
  receive(socket, ++count).subscribe({
    complete: () => socket.end(),
    error: () => socket.resetAndDestroy(),
  });
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
