import { unlinkSync } from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { eachFile } from '../eachFile.js';
import { entryOf } from '../path.js';
import { runSync } from '../writer/steps.js';
import type { NameTemplate } from './nameTemplate.js';
import type { Temporaries } from './temporaries.js';

export interface Survey {
  /** The highest number of a file or of a backup. */
  readonly highest: number;
  /** The highest backup number by the name of a file. */
  readonly backups: ReadonlyMap<string, bigint>;
  /** Temporary files of servers that the lock does not exclude. */
  readonly foreign: readonly string[];
}

/** Lists a directory of received files, and removes the temporary files of killed runs in the lock's scope. */
export function survey(directory: Path, temporaries: Temporaries, template: NameTemplate): Survey {
  const backups = new Map<string, bigint>();
  const foreign: string[] = [];
  let highest = 0;
  const visits = eachFile(directory, template, {
    entry(entry) {
      const origin = entry.isFile() ? temporaries.origin(entry.name) : undefined;
      if (origin === 'own') unlinkSync(entryOf(directory, entry.name));
      if (origin === 'foreign') foreign.push(entry.name);
    },
    file({ id, name, backup }) {
      highest = Math.max(highest, id);
      if (backup === undefined) return undefined;
      // A backup's number may have any number of digits; with `bigint`, `k + 1` always differs from `k`.
      const number = BigInt(backup);
      if (number > (backups.get(name) ?? 0n)) backups.set(name, number);
      return undefined;
    },
  });
  runSync(visits);
  return { highest, backups, foreign };
}
