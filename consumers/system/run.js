/**
 * What a Debian system does with the files of the package that are not JavaScript: manual pages, completions,
 * systemd units. A program that is missing is a failure; `.ci/run` installs them.
 */
import { fileURLToPath } from 'node:url';
import fish from './fish.js';
import manual from './manual.js';
import socketActivation from './socketActivation.js';
import units from './units.js';
import zsh from './zsh.js';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

let failed = 0;
for (const [name, check] of Object.entries({ manual, zsh, fish, units, socketActivation })) {
  try {
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
