import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';
import { until } from '../until.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'stopped',
  title: 'SIGSTOP for longer than the idle timeout: of the server, and of a client',
  rounds: 1,
  async play(here) {
    const server = await here.start({ args: ['--idle-timeout', '1s'] });
    const { port } = server;
    const uploads = many(20, () => here.upload({ port, size: 2 << 20, pause: 100 }));
    await sleep(500);
    server.signal('SIGSTOP');
    await sleep(2_500);
    server.signal('SIGCONT');
    const entries = await uploads;
    here.expect(
      entries.every((entry) => entry?.confirmed),
      'a server that was stopped accuses senders that were not',
    );

    /** @type {import('node:child_process').ChildProcess | undefined} */
    let child;
    const sending = here.client({
      port,
      size: 256 << 20,
      started: (started) => (child = started),
    });
    await until(() => here.temporaries().length > 0);
    child?.kill('SIGSTOP');
    const marked = await until(() => here.ledger.check(here.dir).errors === 1, 20_000);
    child?.kill('SIGCONT');
    const { status } = await sending;
    here.expect(marked, 'a client that was stopped half-way has no ERROR after the timeout');
    here.expect(status === 69, `a client that was stopped for too long ends with ${status}`);
  },
};
