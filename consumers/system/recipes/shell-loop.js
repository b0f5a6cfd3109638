import { deepStrictEqual } from 'node:assert';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

/**
 * Runs the command in our own shell, with the logs of a folder that has the name of the host. Without -n, ssh in the
 * background of an interactive shell would be stopped, because it reads from the terminal.
 */
const ssh = `[ "$1" = -n ] || exit 255; host=$2; shift 2; HOST=$host exec sh -c "$(echo "$*" | sed "s|/var/log|$HOME/hosts/$host|")"`;

/** The loop collects the logs of all hosts but the one that has none, and prints the name of that. */
export default async function shellLoop() {
  requirePrograms('nc.openbsd');
  await follow(
    'shell-loop',
    async (page) => {
      page.write('hosts/web1/syslog', 'one\n');
      page.write('hosts/web3/syslog', 'three\n');
      await page.serve(5000);
      for (const [stdout, saved] of [
        ['web2: not saved\n', ['one\n', 'three\n']],
        ['', ['journal of web1\n', 'journal of web2\n', 'journal of web3\n']],
        ['web2: not saved\n', ['one\n', 'three\n']],
      ]) {
        const ended = await page.run();
        deepStrictEqual({ status: ended.status, stdout: ended.stdout }, { status: 0, stdout });
        deepStrictEqual(takeLogs(page.directory), saved);
      }
    },
    { ssh, journalctl: 'echo "journal of $HOST"', nc: 'exec nc.openbsd "$@"' },
  );
}

/**
 * Removes the logs that are saved, and returns their contents in order.
 *
 * @param {string} directory
 */
function takeLogs(directory) {
  const logs = join(directory, 'logs');
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^\d{4}-\d\d-\d\d\/[^/]+\/\d+\.log$/.test(name))
    .map((name) => {
      const text = readFileSync(join(logs, name), 'utf8');
      rmSync(join(logs, name));
      return text;
    })
    .sort();
}
