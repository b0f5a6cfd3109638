import { commandsIn, commandsLeft } from '../commands.js';
import { many } from '../many.js';

/** By the number of the file: it passes, refuses, is killed, hangs, ignores SIGTERM, floods, or leaves a flood. */
const CHECK = `case $((RXDROP_ID % 7)) in
  1) exit 3;;
  2) kill -9 $$;;
  3) sleep 60;;
  4) trap '' TERM; while :; do sleep 60; done;;
  5) yes;;
  6) yes & exit 0;;
esac`;

/** @type {import('../stage.js').Case} */
export default {
  name: 'bad-hooks',
  title: 'checks and commands that fail, hang, are killed, ignore SIGTERM, flood and fork',
  rounds: 2,
  async play(here) {
    const args = ['--check', CHECK, '--check-timeout', '300ms', '--exec', `yes & ${CHECK}`];
    const server = await here.start({ args });
    const entries = await many(28, () => here.upload({ port: server.port, size: 300_000 }));
    const { saved, errors } = here.ledger.check(here.dir);
    // Of seven numbers, the first and the last pass.
    here.expect(saved === 8 && errors === 20, `${saved} files are saved, and ${errors} are ERROR`);
    const told = entries.filter((entry) => entry?.saw === 'fin').length;
    here.expect(told === 8, `${told} senders saw a FIN`);
    here.expect(server.peak() < MOST, `it takes ${server.peak().toFixed()} MiB`);
    here.expect(commandsIn(here.dir).length > 0, 'no command was still running at the stop');
    here.faults.push(...(await server.stop()), ...(await commandsLeft(here.dir)));
    here.expect(server.stderr().startsWith('WARNING: '), `it reports: ${server.stderr()}`);
  },
};

const MOST = 160;
