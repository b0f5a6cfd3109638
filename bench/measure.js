import { now } from './metered.js';
import { Wrong } from './workloads/workload.js';

/**
 * What came of a peer in a workload. `wrong`: bytes were lost, and its figures say nothing.
 *
 * @typedef {object} Outcome
 * @property {import('./workloads/workload.js').Sample[]} samples
 * @property {string} [wrong]
 * @property {string} [failed] it could not be run
 * @property {boolean} [once] it takes too long to be run again
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {number | undefined} [connections]
 * @property {Record<string, import('./workloads/workload.js').Figure>} figures
 * @property {string[]} against
 * @property {string[]} limits peers that are no competitors
 * @property {Record<string, Outcome>} peers
 */

/** @typedef {{ name: string, limit?: boolean, ours?: boolean }} Peer */

/**
 * What a run of the benchmark leaves in results.json.
 *
 * @typedef {object} Results
 * @property {import('./machine.js').Machine} machine
 * @property {number} rounds
 * @property {readonly number[]} beside other versions of Node
 * @property {Result[]} workloads
 * @property {string[]} notes
 */

/** A workload that takes longer than this is precise after one run, and is not run again. */
const LONG_SECONDS = 20;

/**
 * Runs all workloads in rounds over all peers, so that other work of the machine affects all peers equally. Each
 * round begins with another peer. No round begins if the time would not be enough.
 *
 * @param {import('./workloads/workload.js').Workload<any>[]} chosen
 * @param {{ rounds: number, minutes: number, print: (doing: string) => void }} options
 * @returns {Promise<{ results: Result[], rounds: number, notes: string[] }>}
 */
export async function measure(chosen, { rounds, minutes, print }) {
  /** @type {import('./workloads/workload.js').Workload<Peer>[]} each runs peers of its own kind */
  const workloads = chosen;
  /** @type {string[]} */
  const notes = [];
  const results = workloads.map(
    (workload) =>
      /** @type {Result} */ ({
        name: workload.name,
        title: workload.title,
        connections: workload.connections,
        figures: workload.figures,
        against: workload.against ?? [],
        limits: workload.peers.filter(({ limit, ours }) => limit ?? ours).map(({ name }) => name),
        peers: Object.fromEntries(
          workload.peers.map(({ name }) => [name, /** @type {Outcome} */ ({ samples: [] })]),
        ),
      }),
  );
  const begun = now();
  /** What each workload took the last time, in seconds. */
  const took = workloads.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const due = workloads.map((workload) => round < (workload.rounds ?? rounds));
    const expected = took.reduce((sum, seconds, index) => sum + (due[index] ? seconds : 0), 0);
    if (now() - begun + expected > 60 * minutes) {
      notes.push(`${round} of ${rounds} rounds: more would not end within ${minutes} minutes`);
      return { results, rounds: round, notes };
    }
    for (const [index, workload] of workloads.entries()) {
      if (!due[index]) continue;
      const since = now();
      for (const peer of rotated(workload.peers, round)) {
        const outcome = results[index]?.peers[peer.name];
        if (!outcome) continue;
        print(`round ${round + 1} of ${rounds}: ${workload.name}, ${peer.name}`);
        for (let repeat = 0; repeat < (workload.repeats ?? 1) && !isSettled(outcome); repeat++) {
          const seconds = await sample(workload, peer, outcome);
          if (seconds < LONG_SECONDS || rounds === 1) continue;
          outcome.once = true;
          notes.push(`${workload.name}, ${peer.name}: once, as it takes ${Math.round(seconds)} s`);
        }
      }
      took[index] = now() - since;
    }
  }
  return { results, rounds, notes };
}

/** @param {Outcome} outcome */
const isSettled = ({ wrong, failed, once }) =>
  wrong !== undefined || failed !== undefined || once === true;

/**
 * @param {import('./workloads/workload.js').Workload<Peer>} workload
 * @param {Peer} peer
 * @param {Outcome} outcome
 * @returns {Promise<number>} the seconds that it took
 */
async function sample(workload, peer, outcome) {
  const since = now();
  try {
    const measured = await workload.run(peer, outcome.samples.length === 0);
    outcome.samples.push(
      Object.fromEntries(Object.entries(measured).map(([key, value]) => [key, rounded(value)])),
    );
  } catch (error) {
    outcome[error instanceof Wrong ? 'wrong' : 'failed'] =
      error instanceof Error ? error.message : String(error);
  }
  return now() - since;
}

/** @template T @param {readonly T[]} list @param {number} by */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

/** @param {number} value Four digits are more than a benchmark knows. */
const rounded = (value) => Number(value.toPrecision(4));
