import { match, notStrictEqual, strictEqual } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

/** A file comes through HAProxy with its sender's address, health checks leave nothing, and a failure is seen. */
export default async function haproxy() {
  requirePrograms('haproxy');
  await follow('haproxy', async (page) => {
    const server = await page.serve(6000);
    await page.serve(5000);
    const sent = await page.run();
    strictEqual(sent.stderr, '');
    strictEqual(sent.status, 0);
    const files = readdirSync(join(page.directory, 'inbox'), { recursive: true });
    strictEqual(files.sort().join(), '127.0.0.1,127.0.0.1/1.file');

    const { status, stderr } = await server.stop();
    strictEqual(status, 0);
    strictEqual(stderr, '');
    page.again();
    const lost = await page.run();
    notStrictEqual(lost.status, 0);
    match(lost.stderr, /^ERROR: .*\n$/);
  });
}
