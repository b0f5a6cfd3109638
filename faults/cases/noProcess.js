import { inject } from '../system.js';

/** @type {import('../stage.js').Case} */
export default {
  name: 'no-process',
  title: 'the system cannot start a process for checks and commands (EAGAIN), and then it can',
  needs: ['strace'],
  rounds: 1,
  async play(here) {
    const server = await here.start({ args: ['--check', 'exit 0', '--exec', 'exit 0'] });
    const { port } = server;
    const refusing = await inject(server.pid, {
      call: 'clone,clone3,fork,vfork',
      inject: 'error=EAGAIN',
    });
    here.finally(() => refusing.stop());
    const refused = await here.upload({ port });
    here.expect(
      refused?.saw === 'rst',
      `a sender saw ${refused?.saw} though its file was not checked`,
    );
    await refusing.stop();
    const passed = await here.upload({ port });
    here.expect(passed?.confirmed === true, 'later, no file passes');
    const reported = server.stderr();
    here.expect(
      /^WARNING: 1\.file from \S+: --check cannot be run: resource temporarily unavailable$/m.test(
        reported,
      ),
      `it reports: ${reported}`,
    );
  },
};
