import { deepStrictEqual, match, strictEqual } from 'node:assert';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { until } from '../../../scripts/machine/until.js';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

/** The receiver gets the facts of a file as JSON; if it answers with an error, the server prints a warning. */
export default async function webhook() {
  requirePrograms('curl');
  await follow('webhook', async (page) => {
    const receiver = await page.serve(8080);
    const server = await page.serve(5000);
    strictEqual((await page.run()).status, 0);
    const { peer, ...facts } = await until(() => parsed(receiver.stdout));
    deepStrictEqual(facts, {
      ...{ file: '1.file', bytes: 6 },
      sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    });
    match(String(peer), /:\d+$/);
    strictEqual(server.stderr, '');

    // Once this has its answer, the file's notification has one too.
    await fetch(`http://localhost:${page.port(8080)}`);
    await receiver.stop();
    const broken = createServer((_, response) => response.writeHead(404).end());
    await once(broken.listen(page.port(8080)), 'listening');
    try {
      page.again();
      strictEqual((await page.run()).status, 0);
      await until(() => server.stderr !== '');
    } finally {
      broken.close();
    }
    match(server.stderr, /^WARNING: --exec for 2\.file ended with status 22 .*: curl: .* 404\n$/);
  });
}

/** @param {string} text @returns {Record<string, unknown> | undefined} once all of it has arrived */
const parsed = (text) => (text.endsWith('\n') ? JSON.parse(text) : undefined);
