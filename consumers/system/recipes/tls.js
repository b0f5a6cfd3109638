import { match, strictEqual } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

/** Alice's file is saved under her name; Bob and a sender without TLS are refused. */
export default async function tls() {
  requirePrograms('openssl');
  await follow('tls', async (page) => {
    for (let block = 0; block < 3; block++) {
      const { status, stderr } = await page.run();
      strictEqual(status, 0, stderr);
    }
    const server = await page.serve(5000);
    const alice = await page.run();
    strictEqual(alice.stderr, '');
    strictEqual(alice.status, 0);
    strictEqual(page.read('inbox/alice/1.file'), 'hello\n');

    const bob = await page.run();
    strictEqual(bob.status, 69);
    match(bob.stderr, /^ERROR: .*\n$/);
    strictEqual(readdirSync(join(page.directory, 'inbox')).join(), 'alice');
    match((await server.stop()).stderr, /^WARNING: refused .*bob.*\n$/);
  });
}
