import { match, strictEqual } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { until } from '../../../scripts/machine/until.js';
import { requirePrograms } from '../../requirePrograms.js';
import { follow } from '../../../scripts/recipe/follow.js';

/** A file is compressed, and another one is encrypted; none of them stays as it arrived. */
export default async function compressEncrypt() {
  requirePrograms('gzip', 'age');
  await follow('compress-encrypt', async (page) => {
    const only = (/** @type {string} */ folder, /** @type {RegExp} */ name) =>
      until(() => {
        const files = readdirSync(join(page.directory, folder));
        return files.length === 1 && name.test(files[0] ?? '') && files[0];
      });

    const compressing = await page.serve(5000);
    strictEqual((await page.run()).status, 0);
    const file = await only('logs', /^[\d-]{17}-1\.log\.gz$/);
    const text = gunzipSync(readFileSync(join(page.directory, 'logs', String(file)))).toString();
    strictEqual(text, page.read('numbers.log'));
    strictEqual((await compressing.stop()).stderr, '');

    match((await page.run()).stderr, /^Public key: age1/);
    const encrypting = await page.serve(5000);
    strictEqual((await page.run()).status, 0);
    await only('vault', /^[\d-]{17}-1\.age$/);
    strictEqual((await page.run()).stdout, 'secret\n');
    strictEqual((await encrypting.stop()).stderr, '');
  });
}
