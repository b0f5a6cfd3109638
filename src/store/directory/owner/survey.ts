import { readdirSync, unlinkSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { entryOf } from '../path.js';
import type { Temporaries } from './temporaries.js';

export interface Survey {
  /** The highest number of a file or of a backup. */
  readonly highest: number;
  /** The highest backup number by file number. */
  readonly backups: ReadonlyMap<number, bigint>;
  /** Temporary files of servers that the lock does not exclude. */
  readonly foreign: readonly string[];
}

/** Lists a directory of received files, and removes the temporary files of killed runs in the lock's scope. */
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
    // A backup's number may have any number of digits; with `bigint`, `k + 1` always differs from `k`.
    const number = BigInt(backup);
    if (number > (backups.get(id) ?? 0n)) backups.set(id, number);
  }
  return { highest, backups, foreign };
}

const NUMBERED = /^(?<digits>\d+)\.file(?:\.~(?<backup>\d+)~)?$/;
