import { summary } from './statistics.js';

/** From here on the figure may be that of the generator. */
const BUSY = 0.9;

/**
 * Where it was rather the other side of the measurement that was at its limit.
 *
 * @param {import('./measure.js').Result[]} results
 * @returns {string[]}
 */
export const bottlenecks = (results) =>
  results.flatMap(({ name, peers }) =>
    Object.entries(peers)
      .map(([peer, { samples }]) => ({ peer, busy: summary(samples, 'otherBusy')?.median ?? 0 }))
      .filter(({ busy }) => busy > BUSY)
      .map(
        ({ peer, busy }) =>
          `${name}, ${peer}: the other side was ${Math.round(100 * busy)} % busy, so this is rather its limit`,
      ),
  );
