/**
 * What a Debian system does with the files of the package that are not JavaScript: manual pages, completions,
 * systemd units, and the recipes whose programs come from Debian. And `--store` with an S3 engine, OpenStack Swift. A
 * program that is missing is a failure; `.ci/run` installs them. With names, runs only those.
 */
import { fileURLToPath } from 'node:url';
import fish from './fish.js';
import manual from './manual.js';
import objectStorage from './objectStorage.js';
import recipes from './recipes/index.js';
import socketActivation from './socketActivation.js';
import units from './units.js';
import zsh from './zsh.js';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const only = process.argv.slice(2);
const checks = { manual, zsh, fish, units, socketActivation, objectStorage, ...recipes };
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (only.length > 0 && !only.includes(name)) continue;
  try {
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
