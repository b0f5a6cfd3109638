import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process of a group is running. A dead one stays in the table until its parent reads its status. */
export const isRunning = (group: number): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .some(([state, , pgrp]) => pgrp === String(group) && state !== 'Z' && state !== 'X');

/** The state of a process, its parent and its group. */
function statOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
