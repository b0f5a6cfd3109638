import { deepStrictEqual, match, strictEqual } from 'node:assert';
import { from, lastValueFrom, mergeMap, range } from 'rxjs';
import { until } from '../../scripts/machine/until.js';

/**
 * Does something often, a few at a time.
 *
 * @param {number} count @param {number} atOnce @param {(index: number) => Promise<unknown>} act
 */
export const many = (count, atOnce, act) =>
  lastValueFrom(range(0, count).pipe(mergeMap((index) => from(act(index)), atOnce)));

/** @template T @param {readonly T[]} choices @returns {() => T} one after the other */
export function inTurn(choices) {
  let turn = 0;
  return () => /** @type {T} */ (choices[turn++ % choices.length]);
}

/**
 * A server does not start, and says why in one line.
 *
 * @param {import('../../scripts/machine/processes.js').Running} server
 * @param {RegExp} line @param {number} status
 */
export async function oneLine(server, line, status) {
  await until(() => server.ended(), 20_000);
  match(server.output(), /^ERROR: [^\n]*\n$/);
  match(server.output(), line);
  strictEqual(await server.end('SIGTERM'), status);
}

/** Later connections have higher numbers. @param {import('./inbox.js').Inbox} inbox */
export function numbersInOrder(inbox) {
  const received = inbox.events('received').sort((one, other) => one.connection - other.connection);
  const ids = received.map(({ id }) => Number(id));
  deepStrictEqual(
    ids,
    [...ids].sort((one, other) => one - other),
  );
}
