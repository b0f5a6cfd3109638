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

/**
 * @typedef {object} RxjsStream
 * @property {(readable: Readable) => import('rxjs').Observable<unknown>} streamToRx
 * @property {(source: import('rxjs').Observable<unknown>, options: object) => Readable} rxToStream
 *
 * @typedef {{ subscribe: (next: Listener, error: Listener, complete: () => void) => { dispose: () => void } }} Rx4
 * @typedef {(value: unknown) => void} Listener
 * @typedef {object} RxNode
 * @property {(readable: Readable) => Rx4} fromReadableStream
 * @property {(source: Rx4, writable: Writable) => unknown} writeToStream
 */

/** @param {(readable: Readable) => import('rxjs').Observable<unknown>} toObservable @returns {Contender['read']} */
const reading = (toObservable) => (readable, observer) => {
  const subscription = toObservable(readable).subscribe(observer);
  return () => {
    subscription.unsubscribe();
  };
};

/**
 * Resolves once the sink is done with the chunk.
 *
 * @param {Writable} writable @param {unknown} chunk @returns {Promise<void>}
 */
const write = (writable, chunk) =>
  new Promise((done) => {
    writable.write(chunk, () => {
      done();
    });
  });

/** @param {(readable: Readable) => import('rxjs').Observable<unknown>} toObservable @returns {Contender['copy']} */
const chunkByChunk = (toObservable) => (readable, writable) =>
  toObservable(readable)
    .pipe(concatMap((chunk) => write(writable, chunk)))
    // eslint-disable-next-line rxjs-x/no-ignored-error -- as those who compare it would write it
    .subscribe({ complete: () => writable.end() });

/**
 * @param {string} modules the folder in which the others are installed
 * @returns {Record<string, Contender>}
 */
export function contendersOf(modules) {
  const require = createRequire(join(modules, 'package.json'));
  // They are installed in `modules` alone, where no compiler sees them.
  const { streamToRx, rxToStream } = /** @type {RxjsStream} */ (require('rxjs-stream'));
  const RxNode = /** @type {RxNode} */ (require('rx-node'));

  return {
    rxdrop: {
      title: '`fromReadable`, `writeTo`',
      read: reading(fromReadable),
      copy: (readable, writable) => fromReadable(readable).pipe(writeTo(writable)).subscribe(),
    },
    rxjs: {
      title: '`from(readable)`, `concatMap`',
      read: reading((readable) => from(readable)),
      copy: chunkByChunk((readable) => from(readable)),
    },
    'rxjs-stream': {
      title: 'rxjs-stream 5',
      read: reading(streamToRx),
      copy: (readable, writable) => rxToStream(streamToRx(readable), {}).pipe(writable),
    },
    'rx-node': {
      title: 'rx-node 1 (RxJS 4)',
      read(readable, observer) {
        const subscription = RxNode.fromReadableStream(readable).subscribe(
          (value) => {
            observer.next(value);
          },
          (error) => {
            observer.error(error);
          },
          () => {
            observer.complete();
          },
        );
        return () => {
          subscription.dispose();
        };
      },
      copy: (readable, writable) =>
        RxNode.writeToStream(RxNode.fromReadableStream(readable), writable),
    },
  };
}
