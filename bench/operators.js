/**
 * What a chunk costs in each operator, next to a bare `map`: `node --import ./scripts/ready.js bench/operators.js`.
 *
 * Chunks of 64 KiB come one after the other out of a loop, round after round and operator after operator; the
 * figures are medians of nanoseconds per chunk, the source and the subscriber included.
 */
import { performance } from 'node:perf_hooks';
import { identity, map, NEVER, Observable, startWith } from 'rxjs';
import { sha256 } from '../dist/node/index.js';
import {
  byteBudget,
  collectBytes,
  heldWhile,
  idleTimeout,
  limitBytes,
  maxDuration,
  minRate,
  progress,
  splitFrames,
  splitLines,
  tapDigest,
  throttleBytes,
} from '../dist/operators/index.js';
import { median } from './statistics.js';

const ROUNDS = 9;
const KiB = 1024;
const full$ = NEVER.pipe(startWith(false));

const chunk = Buffer.alloc(64 * KiB, 'x');
const lines = Buffer.alloc(64 * KiB, `${'x'.repeat(127)}\n`);
const frames = Buffer.alloc(64 * KiB, Buffer.from([0, 126, ...Buffer.alloc(126)]));

/** @type {Record<string, { chunks: number, value: unknown, operator: import('rxjs').OperatorFunction<never, unknown> }>} */
const cases = {
  map: light(map(identity)),
  heldWhile: light(heldWhile(full$)),
  limitBytes: light(limitBytes(Number.MAX_SAFE_INTEGER)),
  idleTimeout: light(idleTimeout(10_000)),
  maxDuration: light(maxDuration(10_000)),
  minRate: light(minRate(1)),
  throttleBytes: light(throttleBytes(byteBudget(Number.MAX_SAFE_INTEGER))),
  progress: { ...light(progress()), value: 1 },
  'collectBytes (of 64 KiB)': heavy(collectBytes({ limit: 1024 * 1024 * KiB }), chunk),
  'splitLines (512 lines a chunk)': heavy(splitLines({ limit: KiB }), lines),
  'splitFrames (512 frames a chunk)': heavy(splitFrames({ prefix: 2, limit: KiB }), frames),
  'tapDigest (SHA-256 of 64 KiB)': heavy(
    tapDigest(sha256, () => undefined),
    chunk,
  ),
};

/** @param {import('rxjs').OperatorFunction<never, unknown>} operator */
function light(operator) {
  return { chunks: 100_000, value: chunk, operator };
}

/** @type {(operator: import('rxjs').OperatorFunction<never, unknown>, value: Uint8Array) => typeof cases[string]} */
function heavy(operator, value) {
  return { chunks: 500, value, operator };
}

/** @param {typeof cases[string]} one */
function nanoseconds({ chunks, value, operator }) {
  /** @type {Observable<never>} what each operator takes is its own */
  const source = new Observable((subscriber) => {
    for (let sent = 0; sent < chunks; sent++) subscriber.next(/** @type {never} */ (value));
    subscriber.complete();
  });
  const before = performance.now();
  source.pipe(operator).subscribe();
  return ((performance.now() - before) * 1e6) / chunks;
}

/** @type {Map<string, number[]>} */
const figures = new Map(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++)
  for (const [name, one] of Object.entries(cases)) figures.get(name)?.push(nanoseconds(one));

const bare = median(figures.get('map') ?? []);
for (const [name, values] of figures) {
  const cost = median(values);
  console.log(
    `${name.padEnd(34)}${cost.toFixed(0).padStart(9)} ns${(cost - bare).toFixed(0).padStart(9)} ns more than map`,
  );
}
