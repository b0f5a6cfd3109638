import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { lock } from '../../src/store/lock.js';
import { contents, temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { ending, first, turns } from '../support/outcome.js';

describe('lock', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  it('is held by one at a time, whatever the path, and freed with its subscription (S13)', async () => {
    symlinkSync(path(), path('itself'));
    const { seen$, stop } = follow(lock(path()));
    await first(seen$);
    expect(await ending(lock(path('itself')))).toMatchObject({
      name: 'DirectoryInUseError',
      path: path('itself'),
    });
    stop();
    await expect(first(follow(lock(path())).seen$)).resolves.toBeUndefined();
  });

  it('locks no other directory', async () => {
    mkdirSync(path('other'));
    await first(follow(lock(path())).seen$);
    await expect(first(follow(lock(path('other'))).seen$)).resolves.toBeUndefined();
  });

  it('leaves nothing in the directory', async () => {
    await first(follow(lock(path())).seen$);
    expect(contents(path())).toStrictEqual({});
  });

  describe('with a socket that has a file', () => {
    it('is refused while its holder lives', async () => {
      await holder();
      expect(await ending(lock(path(), path('sock')))).toMatchObject({
        name: 'DirectoryInUseError',
      });
      expect(await ending(lock(path(), path('sock')))).toMatchObject({
        name: 'DirectoryInUseError',
      });
    });

    it('is taken over from a dead holder', async () => {
      await (await holder()).die();
      expect(contents(path())).toHaveProperty('sock');
      const { seen$, stop } = follow(lock(path(), path('sock')));
      await first(seen$);
      expect(await ending(lock(path(), path('sock')))).toMatchObject({
        name: 'DirectoryInUseError',
      });
      stop();
      expect(contents(path())).toStrictEqual({});
    });

    it('is not taken any more when it is unsubscribed while it asks for its holder', async () => {
      await (await holder()).die();
      follow(lock(path(), path('sock'))).stop();
      await turns();
      await expect(first(follow(lock(path(), path('sock'))).seen$)).resolves.toBeUndefined();
    });

    it('is refused where the file cannot be freed', async () => {
      expect(await ending(lock(path(), path('missing', 'sock')))).toMatchObject({
        name: 'DirectoryInUseError',
        cause: { code: 'ENOENT' },
      });
    });
  });

  /** Another process that listens on the socket. */
  const holder = async () => {
    const program = `require('node:net').createServer().listen('${path('sock')}', () => console.log())`;
    const child = spawn(process.execPath, ['--eval', program]);
    const die = async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    closing(() => {
      child.kill('SIGKILL');
    });
    await once(child.stdout, 'data');
    return { die };
  };
});
