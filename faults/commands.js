import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.js';

/**
 * The processes of commands about files of a directory. Their environment has the path of a file.
 *
 * @param {string} dir
 */
export const commandsIn = (dir) =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`RXDROP_FILE=${dir}/`),
  );

/**
 * What is wrong if such processes are left. A process that was killed may take a moment to disappear.
 *
 * @param {string} dir @returns {Promise<string[]>}
 */
export async function commandsLeft(dir) {
  await until(() => commandsIn(dir).length === 0, 1_000);
  const { length } = commandsIn(dir);
  return length === 0 ? [] : [`${length} processes of commands are left`];
}

/** @param {string} pid */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
