import { summary } from './statistics.js';

/** Above this ratio, the figure may be the limit of the generator. */
const BUSY_RATIO = 0.9;

/**
 * The results in which the other side of the measurement was at its limit.
 *
 * @param {import('./measure.js').Result[]} results
 * @returns {string[]}
 */
export const bottlenecks = (results) =>
  results.flatMap(({ name, peers }) =>
    Object.entries(peers)
      .map(([peer, { samples }]) => ({ peer, busy: summary(samples, 'otherBusy')?.median ?? 0 }))
      .filter(({ busy }) => busy > BUSY_RATIO)
      .map(
        ({ peer, busy }) =>
          `${name}, ${peer}: the other side was ${Math.round(100 * busy)} % busy, so this is rather its limit`,
      ),
  );
