/** What is looked at, each in a process of its own: `node cases.js MODULES CONTENDER CASE` prints a word. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { contendersOf } from './contenders.js';

const KiB = 2 ** 10;
const MiB = 2 ** 20;

/** Some iterations of the event loop, after which no event is pending. */
const turns = async () => {
  for (let turn = 0; turn < 100; turn++) await setImmediate();
};

/** @typedef {import('./contenders.js').Contender} Contender */

/**
 * 32 MiB, read as fast as possible, into a sink that needs a millisecond for each 64 KiB.
 *
 * @param {Contender} contender
 */
async function slowConsumer({ copy }) {
  const block = randomBytes(64 * KiB);
  const [sent, kept] = [createHash('sha256'), createHash('sha256')];
  let [made, done, peak] = [0, 0, 0];
  const readable = new Readable({
    read() {
      if (made === 32 * MiB) return void this.push(null);
      made += block.byteLength;
      sent.update(block);
      peak = Math.max(peak, made - done);
      this.push(block);
    },
  });
  const writable = new Writable({
    write(/** @type {Buffer} */ chunk, _, callback) {
      kept.update(chunk);
      void setTimeout(1).then(() => {
        done += chunk.byteLength;
        callback();
      });
    },
  });
  copy(readable, writable);
  await once(writable, 'finish');
  const same = sent.digest('hex') === kept.digest('hex');
  return `${(peak / MiB).toFixed(1)} MiB wait${same ? '' : ', **and are not what was sent**'}`;
}

/**
 * What the observer of a stream that has brought one chunk hears of what happens to it.
 *
 * @param {Contender} contender @param {(readable: Readable, leave: () => void) => void} happen
 */
async function after({ read }, happen) {
  const readable = new PassThrough();
  /** @type {unknown[]} */
  const heard = [];
  const leave = read(readable, {
    next: () => heard.push('chunk'),
    error: (error) => heard.push(error),
    complete: () => heard.push('completes'),
  });
  readable.write('abc');
  await turns();
  happen(readable, leave);
  await turns();
  return { readable, heard: heard.slice(1) };
}

const BOOM = new Error('boom');

/** Asked anew, because it changes by itself. */
const hasGone = (/** @type {Readable} */ readable) => readable.destroyed;

/** @param {unknown} error */
const codeOf = (error) => /** @type {{ code?: string }} */ (error).code;

/** @param {Contender} contender */
async function abortedSource(contender) {
  const { heard } = await after(contender, (readable) => readable.destroy());
  const [what] = heard;
  if (what instanceof Error) return `an error, \`${codeOf(what) ?? what.message}\``;
  return what === 'completes' ? '**completes**, as if it were whole' : '**nothing**';
}

/** @param {Contender} contender */
async function failedSource(contender) {
  const { heard } = await after(contender, (readable) => readable.destroy(BOOM));
  const [what] = heard;
  if (what === BOOM) return 'the error';
  if (what instanceof Error && what.cause === BOOM)
    return `\`${codeOf(what)}\`, the error as its \`cause\``;
  return typeof what === 'string' ? what : 'nothing';
}

/** @param {Contender} contender */
async function unsubscribed(contender) {
  const { readable } = await after(contender, (_, leave) => {
    leave();
  });
  if (readable.destroyed) return 'destroyed';
  readable.write('more');
  await turns();
  if (readable.readableLength > 0) return 'paused: it can be read on, or destroyed';
  if (hasGone(readable)) return '**left open**: its next chunk is lost, and it is destroyed then';
  return '**flows on**, and its bytes are lost';
}

/** @param {Contender} contender */
async function failedAfterwards(contender) {
  await after(contender, (readable, leave) => {
    leave();
    readable.destroy(BOOM);
  });
  return 'nothing happens';
}

/**
 * What there is for an observer that left and comes back.
 *
 * @param {Contender} contender
 */
async function takenUpAgain({ read }) {
  const readable = new PassThrough();
  /** @type {string[]} */
  const heard = [];
  /** @type {import('rxjs').Observer<unknown>} */
  const observer = {
    next: (chunk) => heard.push(String(chunk)),
    error: () => undefined,
    complete: () => undefined,
  };
  const leave = read(readable, observer);
  readable.write('a');
  await turns();
  leave();
  await turns();
  if (!readable.destroyed) readable.write('b');
  await turns();
  read(readable, observer);
  await turns();
  return heard.includes('b') ? 'goes on where it was' : '**brings nothing**';
}

/** @type {Record<string, (contender: Contender) => Promise<string>>} */
export const cases = {
  'a slow consumer of 32 MiB': slowConsumer,
  'a source that is closed before its end': abortedSource,
  'a source that errs': failedSource,
  'unsubscription: the source': unsubscribed,
  '… an error of it then': failedAfterwards,
  '… subscribed again, it': takenUpAgain,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [modules = '', name = '', title = ''] = process.argv.slice(2);
  const contender = contendersOf(modules)[name];
  const play = cases[title];
  if (!contender || !play) throw new Error('usage: node cases.js MODULES CONTENDER CASE');
  process.stdout.write(await play(contender));
}
