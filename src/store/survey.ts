import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Survey {
  /** The highest number that a file or a backup of one has. */
  readonly highest: number;
  /** The highest backup of each number that has one. */
  readonly backups: ReadonlyMap<number, number>;
}

/** Looks through a directory of received files and clears what a killed run has left there. */
export function survey(directory: string): Survey {
  const backups = new Map<number, number>();
  let highest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isFile() && LEFTOVER.test(entry.name)) unlinkSync(join(directory, entry.name));
    const { digits, backup } = NUMBERED.exec(entry.name)?.groups ?? {};
    const id = Number(digits);
    if (!Number.isSafeInteger(id)) continue;
    highest = Math.max(highest, id);
    if (backup === undefined || String(id) !== digits) continue;
    backups.set(id, Math.max(backups.get(id) ?? 0, Number(backup)));
  }
  return { highest, backups };
}

const LEFTOVER = /^\.rxdrop-[a-z0-9]*-\d+\.part$/;
const NUMBERED = /^(?<digits>\d+)\.file(?:\.~(?<backup>\d+)~)?$/;
