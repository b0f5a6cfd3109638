import { summary } from './statistics.js';

/**
 * @typedef {import('./measure.js').Result} Result
 * @typedef {{ ratio: number, who?: string | undefined }} Ratio
 */

/**
 * The medians of rxdrop as ratios to those of some peers, and to the best that is no limit.
 *
 * @param {Result} result
 * @returns {{ to: string, of: Record<string, Ratio> }[]} a ratio for each figure that is better or worse
 */
export function ratios({ peers, figures, against, limits }) {
  const compared = Object.keys(figures).filter((figure) => figures[figure]?.better !== undefined);
  /** @param {string} name @param {string} figure */
  const medianOf = (name, figure) => {
    const peer = peers[name];
    const sound = peer !== undefined && peer.wrong === undefined && peer.failed === undefined;
    return sound ? summary(peer.samples, figure)?.median : undefined;
  };
  /** @param {string} figure */
  const best = (figure) =>
    Object.keys(peers)
      .filter((name) => name !== 'rxdrop' && !limits.includes(name))
      .map((name) => ({ name, median: medianOf(name, figure) ?? NaN }))
      .filter(({ median }) => !Number.isNaN(median))
      .sort((a, b) =>
        figures[figure]?.better === 'more' ? b.median - a.median : a.median - b.median,
      )
      .at(0)?.name;

  /** @param {string} figure @param {string | undefined} name @returns {Ratio | undefined} */
  const to = (figure, name) => {
    const [ours, theirs] = ['rxdrop', name ?? ''].map((peer) => medianOf(peer, figure));
    return ours === undefined || !theirs ? undefined : { ratio: ours / theirs };
  };
  const rows = [
    ...against.map((name) => ({ to: name, of: row((figure) => to(figure, name)) })),
    {
      to: 'best other',
      of: row((figure) => {
        const found = to(figure, best(figure));
        return found && { ...found, who: best(figure) };
      }),
    },
  ];
  return rows.filter(({ of }) => Object.keys(of).length > 0);

  /** @param {(figure: string) => Ratio | undefined} ratio @returns {Record<string, Ratio>} */
  function row(ratio) {
    /** @type {Record<string, Ratio>} */
    const found = {};
    for (const figure of compared) {
      const one = ratio(figure);
      if (one !== undefined) found[figure] = one;
    }
    return found;
  }
}
