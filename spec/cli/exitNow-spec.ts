import { join } from 'node:path';
import { bundled } from '../support/bundled.js';
import { hasReader, makeFifo } from '../support/fifo.js';
import { cleanUp, directory, runNode, until } from '../support/programs.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** In older versions of Node, nothing ends a process whose thread pool is busy. */
const REPLACES = major > 22 || (major === 22 && minor >= 15);

describe('exitNow', () => {
  afterEach(cleanUp);

  it('ends with the status even while a call of the thread pool never returns', async () => {
    const fifo = makeFifo(join(directory(), 'fifo'));
    const program = runNode(
      await bundled(`
        import { open } from 'node:fs';
        import { exitNow } from './src/cli/exitNow.js';
        open(${JSON.stringify(fifo)}, 'r', () => undefined);
        setTimeout(exitNow, 50, 3);`),
    );
    if (!REPLACES) {
      // A writer of the FIFO lets the call return, so that an older Node can exit.
      await until(() => hasReader(fifo));
    }
    expect((await program.ended).status).toBe(3);
  });
});
