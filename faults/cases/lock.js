import { many } from '../many.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'lock',
  title: 'ten servers that race for one FILE-DIR; the one that has it is killed, five times',
  rounds: 1,
  async play(here) {
    for (let race = 1; race <= 5; race++) {
      const racing = await many(10, () => here.start({ args: ['--continue'] }).catch(String));
      const losers = racing.filter((result) => typeof result === 'string');
      const winners = racing.filter((result) => typeof result !== 'string');
      here.expect(winners.length === 1, `${winners.length} of ten servers have the directory`);
      for (const said of losers)
        here.expect(/ERROR: .* in use/.test(said), `a server that comes too late says: ${said}`);
      for (const winner of winners) {
        const { port } = winner;
        const uploads = many(10, () => here.upload({ port, size: 200_000, pause: 5 }));
        await here.upload({ port });
        await here.kill(winner);
        await uploads;
      }
    }
    await here.start({ args: ['--continue'] });
    here.expect(here.temporaries().length === 0, 'a restart leaves temporaries of the killed runs');
  },
};
