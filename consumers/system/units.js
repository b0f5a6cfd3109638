import { match, strictEqual } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { requirePrograms } from '../requirePrograms.js';

const UNITS = ['rxdrop.service', 'rxdrop.socket'].map((name) => `contrib/systemd/${name}`);

/** The units are correct, and the exposure of the service is "OK" at most. */
export default function units() {
  requirePrograms('systemd-analyze');
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...UNITS], {
    encoding: 'utf8',
  });
  strictEqual(stderr, '');
  const report = execFileSync(
    'systemd-analyze',
    ['security', '--offline=yes', '--no-pager', 'contrib/systemd/rxdrop.service'],
    { encoding: 'utf8' },
  );
  match(report, /Overall exposure level for rxdrop\.service: \S+ (?:OK|SAFE|PERFECT)\b/);
}
