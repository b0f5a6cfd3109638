import { deepStrictEqual, strictEqual } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../requirePrograms.js';
import { follow } from './follow.js';

/**
 * Runs the command in our own shell, with the logs of a folder that has the name of the host. Without -n, ssh in the
 * background of an interactive shell would be stopped, because it reads from the terminal.
 */
const ssh = `[ "$1" = -n ] || exit 255; host=$2; shift 2; exec sh -c "$(echo "$*" | sed "s|/var/log|$HOME/hosts/$host|")"`;

/** The loop collects the logs of all hosts but the one that has none, and prints the name of that. */
export default async function shellLoop() {
  requirePrograms('nc.openbsd');
  await follow(
    'shell-loop',
    async (page) => {
      page.write('hosts/web1/syslog', 'one\n');
      page.write('hosts/web3/syslog', 'three\n');
      await page.serve(5000);
      for (const saved of [2, 4]) {
        const { status, stdout } = await page.run();
        deepStrictEqual({ status, stdout }, { status: 0, stdout: 'web2: not saved\n' });
        const logs = readdirSync(join(page.directory, 'logs'), {
          recursive: true,
          encoding: 'utf8',
        })
          .filter((name) => /^\d{4}-\d\d-\d\d\/[^/]+\/\d+\.log$/.test(name))
          .map((name) => page.read(join('logs', name)));
        strictEqual(logs.length, saved);
        deepStrictEqual([...new Set(logs)].sort(), ['one\n', 'three\n']);
      }
    },
    { ssh, nc: 'exec nc.openbsd "$@"' },
  );
}
