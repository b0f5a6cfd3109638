import { readdirSync, unlinkSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';
import type { Temporaries } from './temporaries.js';

export interface Survey {
  /** The highest number that a file or a backup of one has. */
  readonly highest: number;
  /** The highest backup of each number that has one. */
  readonly backups: ReadonlyMap<number, bigint>;
  /** Temporaries of servers that the lock does not exclude. */
  readonly foreign: readonly string[];
}

/** Looks through a directory of received files, and removes what killed runs of the lock's own scope left there. */
export function survey(directory: Path, temporaries: Temporaries): Survey {
  const backups = new Map<number, bigint>();
  const foreign: string[] = [];
  let highest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const origin = entry.isFile() ? temporaries.origin(entry.name) : undefined;
    if (origin === 'own') unlinkSync(entryOf(directory, entry.name));
    if (origin === 'foreign') foreign.push(entry.name);
    const { digits, backup } = NUMBERED.exec(entry.name)?.groups ?? {};
    const id = Number(digits);
    if (!Number.isSafeInteger(id)) continue;
    highest = Math.max(highest, id);
    if (backup === undefined || String(id) !== digits) continue;
    // A backup may have any number of digits, and `k + 1` has to be another number than `k`.
    const number = BigInt(backup);
    if (number > (backups.get(id) ?? 0n)) backups.set(id, number);
  }
  return { highest, backups, foreign };
}

const NUMBERED = /^(?<digits>\d+)\.file(?:\.~(?<backup>\d+)~)?$/;
