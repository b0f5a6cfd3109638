import { strictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { requirePrograms } from '../requirePrograms.js';

/** mandoc reports no problem of the manual pages. */
export default function manual() {
  requirePrograms('mandoc');
  for (const program of ['rxdrop-server', 'rxdrop-client']) {
    const { stdout, stderr } = spawnSync('mandoc', ['-Tlint', '-Wstyle', `man/${program}.1`], {
      encoding: 'utf8',
    });
    strictEqual(`${stdout}${stderr}`, '');
  }
}
