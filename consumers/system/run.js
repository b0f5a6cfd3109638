/**
 * What a Debian system does with the files of the package that are not JavaScript: manual pages, completions,
 * systemd units, and the recipes whose programs come from Debian. And `--store` with an S3 engine, OpenStack Swift. A
 * program that is missing is a failure; `.ci/run` installs them. With names, runs only those.
 */
import { runChecks } from '../runChecks.js';
import fish from './fish.js';
import manual from './manual.js';
import objectStorage from './objectStorage.js';
import recipes from './recipes/index.js';
import socketActivation from './socketActivation.js';
import units from './units.js';
import zsh from './zsh.js';

const checks = { manual, zsh, fish, units, socketActivation, objectStorage, ...recipes };
await runChecks(checks, { allRequired: true });
