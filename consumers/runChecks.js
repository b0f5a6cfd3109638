import { fileURLToPath } from 'node:url';
import { NotInstalled } from './requirePrograms.js';

/**
 * Runs checks in the root of the repository, one after the other, and prints how each ends. With names on the command
 * line, runs only those.
 *
 * @param {Readonly<Record<string, () => unknown>>} checks
 * @param {{ allRequired: boolean }} options whether a program that is missing is a failure; else its checks are skipped
 */
export async function runChecks(checks, { allRequired }) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  for (const [name, check] of Object.entries(checks)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      await check();
      console.log(`ok   ${name}`);
    } catch (error) {
      const isSkipped = error instanceof NotInstalled && !allRequired;
      if (!isSkipped) process.exitCode = 1;
      const reason = error instanceof Error ? error.message : String(error);
      console.log(`${isSkipped ? 'skip' : 'FAIL'} ${name}: ${reason}`);
    }
  }
  // A check that has failed may have left programs, which end with this process.
  process.exit();
}
