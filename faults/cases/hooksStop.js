import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, commandsLeft } from '../commands.js';
import { many } from '../many.js';
import { anyOf } from '../random.js';
import { until } from '../until.js';

const STUBBORN = `trap '' TERM; (trap '' TERM; while :; do sleep 60; done) & while :; do sleep 60; done`;

/** @type {import('../stage.js').Case} */
export default {
  name: 'hooks-stop',
  title: 'SIGTERM while 100 files wait for checks, or for commands, that ignore SIGTERM',
  rounds: 4,
  async play(here) {
    const checks = here.round % 2 === 0;
    const events = join(here.root, 'events');
    const server = await here.start({
      args: [checks ? '--check' : '--exec', STUBBORN, `--events=${events}`],
    });
    const uploads = many(100, () => here.upload({ port: server.port, size: anyOf(0, 100_000) }));
    if (!checks) await uploads;
    await until(() => commandsIn(here.dir).length > 0);
    await until(() => here.temporaries().length === (checks ? 100 : 0));
    here.faults.push(...(await server.stop()), ...(await commandsLeft(here.dir)));
    const entries = await uploads;
    const expected = checks ? 'rst' : 'fin';
    const others = entries.filter((entry) => entry?.saw !== expected).length;
    here.expect(others === 0, `${others} of 100 senders saw no ${expected}`);
    const ended = readFileSync(events, 'utf8').split('"reason":"SHUTDOWN"').length - 1;
    here.expect(ended === 100, `${ended} of 100 are reported as ended by the stop`);
    here.expect(checks || countOf(server.stderr()) === 100, `it warns: ${server.stderr()}`);
  },
};

/** How many problems the warnings count. @param {string} stderr */
const countOf = (stderr) =>
  stderr
    .trimEnd()
    .split('\n')
    .reduce((sum, line) => sum + 1 + Number(/\(and (\d+) more\)$/.exec(line)?.[1] ?? 0), 0);
