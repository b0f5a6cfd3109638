/** @type {import('../stage.js').Case} */
export default {
  name: 'few-files',
  title: 'every open-files limit from 20 to 40: a start error, or a server that saves',
  needs: ['prlimit'],
  rounds: 1,
  async play(here) {
    for (let limit = 20; limit <= 40; limit++) {
      const under = ['prlimit', `--nofile=${limit}:${limit}`];
      const started = await here.start({ under, args: ['--continue'] }).catch(String);
      if (typeof started === 'string') {
        here.expect(
          /did not start: ERROR: [^\n]*$/.test(started),
          `with ${limit} files, it says: ${started}`,
        );
        continue;
      }
      for (let sender = 1; sender <= 3; sender++) {
        const entry = await here.upload({ port: started.port });
        here.expect(entry?.confirmed === true, `with ${limit} files, it listens and saves nothing`);
      }
      here.faults.push(...(await started.stop()));
    }
  },
};
