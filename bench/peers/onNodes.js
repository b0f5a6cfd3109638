/**
 * Another version of Node than the one that runs the benchmark.
 *
 * @typedef {{ major: number, path: string }} OtherNode
 */

/** @param {number} major The name of its row. */
export const rowOf = (major) => `rxdrop, Node ${major}`;

/**
 * rxdrop on other versions of Node, as peers that compete with nobody.
 *
 * @template Peer
 * @param {readonly OtherNode[]} nodes
 * @param {(node: string) => Peer} peer
 */
export const onNodes = (nodes, peer) =>
  nodes.map(({ major, path }) => ({ ...peer(path), name: rowOf(major), ours: true, few: true }));
