import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../support/bundled.js';
import { cleanUp, directory, runNode } from '../support/programs.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** Before, nothing ends a process whose thread pool waits. */
const REPLACES = major > 22 || (major === 22 && minor >= 15);

describe('exitNow', () => {
  afterEach(cleanUp);

  it('ends with the status, also while the thread pool waits for what never comes', async () => {
    const fifo = join(directory(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    const program = runNode(
      await bundled(`
        import { open } from 'node:fs';
        import { exitNow } from './src/cli/exitNow.js';
        open(${JSON.stringify(fifo)}, 'r', () => undefined);
        setTimeout(exitNow, 50, 3);`),
    );
    if (!REPLACES) {
      // Its writer, which opens it as soon as the pool waits there, lets an older Node go.
      await opened(fifo);
    }
    expect((await program.ended).status).toBe(3);
  });
});

/** Opens a FIFO for writing, once somebody reads it. */
async function opened(fifo: string): Promise<void> {
  for (;;) {
    try {
      closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
      return;
    } catch {
      await new Promise(setImmediate);
    }
  }
}
