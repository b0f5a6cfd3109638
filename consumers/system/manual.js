import { strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { PROGRAMS } from './programs.js';

/** mandoc finds nothing to complain about. */
export default function manual() {
  for (const program of PROGRAMS) {
    const { stdout, stderr } = spawnSync('mandoc', ['-Tlint', '-Wstyle', `man/${program}.1`], {
      encoding: 'utf8',
    });
    strictEqual(`${stdout}${stderr}`, '');
  }
}
