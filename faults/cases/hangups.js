import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';
import { anyOf } from '../random.js';
import { until } from '../until.js';

const [WAVES, SENDERS] = [12, 100];

/** @type {import('../stage.js').Case} */
export default {
  name: 'hangups',
  title: `a storm of SIGHUP, and an events file that is moved away again and again, during ${WAVES * SENDERS} uploads`,
  rounds: 2,
  async play(here) {
    const events = join(here.root, 'events');
    const server = await here.start({ args: [`--events=${events}`] });
    const { port } = server;
    let moved = 0;
    const storming = new AbortController();
    const storm = (async () => {
      while (!storming.signal.aborted) {
        try {
          renameSync(events, `${events}.${++moved}`);
        } catch {
          // The server has not made it again yet.
        }
        for (let times = anyOf(1, 5); times > 0; times--) {
          server.signal('SIGHUP');
          await sleep(anyOf(0, 3));
        }
      }
    })();
    for (let wave = 0; wave < WAVES; wave++)
      await many(SENDERS, () => {
        const size = anyOf(0, 10_000);
        const then = anyOf(0, 9) === 0 ? 'reset' : 'fin';
        return here.upload({ port, size, stopAt: then === 'fin' ? size : anyOf(0, size), then });
      });
    await until(() => here.ledger.isComplete(here.dir));
    storming.abort();
    await storm;
    here.faults.push(...(await server.stop()));
    here.notes.push(`the file was moved away ${moved} times`);
    here.expect(server.stderr() === '', `it says ${server.stderr().trim()}`);

    /** @type {Record<string, number>} */
    const counts = {};
    for (const line of linesIn(here.root)) {
      const key = keyOf(line);
      here.expect(key !== undefined, `an event is cut: ${line}`);
      if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
    }
    const expected = ['listening', 'stopped'];
    for (let connection = 1; connection <= WAVES * SENDERS; connection++)
      expected.push(`${connection} opened`, `${connection} ended`);
    const wrong = expected.filter((key) => counts[key] !== 1);
    here.expect(wrong.length === 0, `events lost, or twice: ${wrong.slice(0, 5).join()} …`);
  },
};

/** @param {string} root The lines of all files of events; of a file that does not end with one, its rest. */
const linesIn = (root) =>
  readdirSync(root)
    .filter((name) => name.startsWith('events'))
    .flatMap((name) => readFileSync(join(root, name), 'utf8').split('\n'))
    .filter((line) => line !== '');

/** @param {string} line @returns {string | undefined} */
function keyOf(line) {
  try {
    const { type, connection } = /** @type {{ type: string, connection?: number }} */ (
      JSON.parse(line)
    );
    if (connection === undefined) return type;
    return `${connection} ${type === 'opened' ? 'opened' : 'ended'}`;
  } catch {
    return undefined;
  }
}
