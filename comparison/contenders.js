/**
 * Each way to read a stream of Node as an Observable, used as its own page says: `read` tells an observer
 * and returns its unsubscription; `copy` writes into a stream, and is done when that one has finished.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fromReadable, writeTo } from 'rxdrop/node';
import { concatMap, from } from 'rxjs';

/**
 * @typedef {import('node:stream').Readable} Readable
 * @typedef {import('node:stream').Writable} Writable
 * @typedef {object} Contender
 * @property {string} title
 * @property {(readable: Readable, observer: import('rxjs').Observer<unknown>) => () => void} read
 * @property {(readable: Readable, writable: Writable) => unknown} copy
 */

/** @param {(readable: Readable) => import('rxjs').Observable<unknown>} toObservable @returns {Contender['read']} */
const reading = (toObservable) => (readable, observer) => {
  const subscription = toObservable(readable).subscribe(observer);
  return () => subscription.unsubscribe();
};

/**
 * Resolves once the sink is done with the chunk.
 *
 * @param {Writable} writable @param {unknown} chunk @returns {Promise<void>}
 */
const write = (writable, chunk) => new Promise((done) => writable.write(chunk, () => done()));

/** @param {(readable: Readable) => import('rxjs').Observable<unknown>} toObservable @returns {Contender['copy']} */
const chunkByChunk = (toObservable) => (readable, writable) =>
  toObservable(readable)
    .pipe(concatMap((chunk) => write(writable, chunk)))
    .subscribe({ complete: () => writable.end() });

/**
 * @param {string} modules the folder in which the others are installed
 * @returns {Record<string, Contender>}
 */
export function contendersOf(modules) {
  const require = createRequire(join(modules, 'package.json'));
  /** @param {string} name @returns {any} They are installed in `modules` alone, where no compiler sees them. */
  const load = (name) => require(name);
  const { streamToRx, rxToStream } = load('rxjs-stream');
  const RxNode = load('rx-node');

  return {
    rxdrop: {
      title: '`fromReadable`, `writeTo`',
      read: reading(fromReadable),
      copy: (readable, writable) => fromReadable(readable).pipe(writeTo(writable)).subscribe(),
    },
    rxjs: {
      title: '`from(readable)`, `concatMap`',
      read: reading(from),
      copy: chunkByChunk(from),
    },
    'rxjs-stream': {
      title: 'rxjs-stream 5',
      read: reading(streamToRx),
      copy: (readable, writable) => rxToStream(streamToRx(readable), {}).pipe(writable),
    },
    'rx-node': {
      title: 'rx-node 1 (RxJS 4)',
      read(readable, { next, error, complete }) {
        const subscription = RxNode.fromReadableStream(readable).subscribe(next, error, complete);
        return () => subscription.dispose();
      },
      copy: (readable, writable) =>
        RxNode.writeToStream(RxNode.fromReadableStream(readable), writable),
    },
  };
}
