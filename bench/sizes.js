export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** What the peers read and write at a time, wherever one can choose. */
export const BUFFER = MiB;

/**
 * How much the workloads move.
 *
 * @typedef {typeof FULL} Sizes
 */
export const FULL = {
  /** What is sent over one connection, and what the connections of the scale share. */
  stream: GiB,
  bulk: { streams: 10, size: 100 * MiB },
  /** `first`: files of each sender before those that are measured. A server that compiles has done so then. */
  small: { senders: 16, first: 500, count: 1_500, size: KiB },
  idle: 9_500,
  /** What is sent beside idle connections. */
  upload: 100 * MiB,
  scale: [1, 10, 100, 1_000, 9_500],
};

/** @type {Sizes} A tenth of it, to see that everything runs. */
export const QUICK = {
  stream: 128 * MiB,
  bulk: { streams: 10, size: 10 * MiB },
  small: { senders: 16, first: 500, count: 100, size: KiB },
  idle: 1_000,
  upload: 32 * MiB,
  scale: [1, 10, 100, 1_000],
};

/** @param {number} bytes */
export const inWords = (bytes) =>
  bytes >= GiB ? `${bytes / GiB} GiB` : bytes >= MiB ? `${bytes / MiB} MiB` : `${bytes / KiB} KiB`;

/** @param {number} count */
export const counted = (count) => count.toLocaleString('en');
