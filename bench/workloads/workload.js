/**
 * What is measured, and how.
 *
 * @template {{ name: string, missing?: string | undefined, limit?: boolean, ours?: boolean }} Peer
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {Record<string, Figure>} figures in the order of the table
 * @property {Peer[]} peers
 * @property {string[]} [against] peers that rxdrop is put in a ratio to
 * @property {number} [rounds] at most
 * @property {number} [repeats] runs in a round, of what is over in a moment
 * @property {number} [connections] its place on the scale
 * @property {(peer: Peer, first: boolean) => Promise<Sample>} run
 *   `first`: the first run of this peer, in which every byte is compared
 */

/**
 * @typedef {object} Figure
 * @property {string} label
 * @property {'more' | 'less'} [better] with neither there is no ratio
 * @property {boolean} [whole] counts
 */

/** @typedef {Record<string, number>} Sample */

/** A run that lost bytes. It is reported as wrong, not as fast. */
export class Wrong extends Error {}

/** @type {{ cpu: Figure, peak: Figure }} */
export const costs = {
  cpu: { label: 'CPU-s per GiB', better: 'less' },
  peak: { label: 'peak MiB', better: 'less' },
};
