import type { LimitState, State } from '../admin/state.js';
import { formatBytes, formatLimit } from '../cli/units.js';
import { formatAmount, formatCount, formatMax } from './figures.js';

/** A limit, as the page shows it. */
export interface Meter {
  readonly title: string;
  /** How much of the limit is used; only the limit if that is unknown. */
  readonly text: string;
  /** The used share, from 0 to 1; `undefined` if it is unknown. */
  readonly share?: number;
}

/** Returns the limits, with the engine and the free space of the disk as the first. */
export const metersOf = ({ disk, engine, limits }: State): readonly Meter[] => [
  ...(engine
    ? [
        {
          title: 'Engine',
          text: `${engine.problem ?? 'it works'}; ${waitingText(engine.waiting)} in the spool`,
        },
      ]
    : []),
  ...(disk
    ? [
        {
          title: 'Disk',
          text: `${formatBytes(disk.free)} of ${formatBytes(disk.size)} free; ${formatLimit(disk.minFree)} stay free`,
          share: shareOf(disk.size - disk.free, disk.size - disk.minFree),
        },
      ]
    : []),
  ...limits.map(meter),
];

const waitingText = (waiting: number): string =>
  waiting === 1 ? '1 file waits' : `${formatCount(waiting)} files wait`;

const meter = ({ name, unit, limit, used }: LimitState): Meter => {
  const title = TITLES[name] ?? name;
  return used === undefined
    ? { title, text: formatMax(limit, unit) }
    : {
        title,
        text: `${formatAmount(used, unit)} of ${formatMax(limit, unit)}`,
        share: shareOf(used, limit),
      };
};

const shareOf = (used: number, limit: number): number =>
  limit > 0 ? Math.min(1, Math.max(0, used / limit)) : 1;

/** The share of a limit from which on the page marks it. */
export const NEAR_SHARE = 0.9;

const TITLES: Readonly<Record<string, string>> = {
  'idle-timeout': 'Silence of a sender, at most',
  'max-connections': 'Connections at once',
  'max-duration': 'Longest transfer',
  'max-files': 'Files in the directory',
  'max-per-host': 'Connections from one address',
  'max-rate-per-host': 'New connections from one address',
  'max-size': 'Largest file in flight',
  'max-total': 'Bytes in the directory',
  'min-rate': 'Rate of a transfer, at least',
};
