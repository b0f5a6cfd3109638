import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { followed } from '../support/recipes.js';

describe('the recipe that replaces nc -l', () => {
  it('receives one file, and goes on', async () => {
    const page = await followed('replace-nc');
    const receiver = await page.serve(5000);
    expect(await page.run()).toMatchObject({ status: 0, stderr: '' });
    expect(await receiver.ended).toMatchObject({ status: 0, stderr: '' });
    expect(page.read('backup.tar')).toBe(page.read('photos.tar'));
  });

  it('does not go on if the sender is interrupted', async () => {
    const page = await followed('replace-nc');
    const receiver = await page.serve(5000);
    const sender = connect(page.port(5000), '127.0.0.1', () => {
      sender.write('abc', () => sender.resetAndDestroy());
    });
    expect(await receiver.ended).toMatchObject({ status: 1, stderr: '' });
    expect(existsSync(join(page.directory, 'backup.tar'))).toBe(false);
    expect(page.read('inbox/1.file')).toBe('ERROR');
    const { status, stderr } = await page.run();
    expect(status).toBe(69);
    expect(stderr).toMatch(/^ERROR: .*\n$/);
  });
});
