import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { drop } from '../support/programs.js';
import { followed, until } from '../support/recipes.js';

describe('the recipe that processes each file', () => {
  it('unpacks what arrives, reports what it cannot unpack, and then unpacks what is missing', async () => {
    const page = await followed('process');
    const server = await page.serve(5000);
    expect(await page.run()).toMatchObject({ status: 0, stderr: '' });
    const unpacked = join(page.directory, 'unpacked', '1');
    await until(() => existsSync(unpacked));
    expect(page.read('unpacked/1/site/index.html')).toBe('hello\n');

    expect(await drop(page.port(5000), 'no archive')).toBe('FIN');
    await until(() => server.stderr !== '');
    expect(await server.stop()).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(
        /^WARNING: --exec for 2\.file ended with status 2 .*\n$/,
      ) as string,
    });

    rmSync(unpacked, { recursive: true });
    expect(await page.run()).toMatchObject({ status: 0, stdout: 'inbox/2.file: not processed\n' });
    expect(page.read('unpacked/1/site/index.html')).toBe('hello\n');
  });
});
