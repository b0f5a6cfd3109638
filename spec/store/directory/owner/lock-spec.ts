import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { lock, nameOf } from '../../../../src/store/directory/owner/lock.js';
import { openDescriptors } from '../../../support/descriptors.js';
import { contents, temporaryDirectory } from '../../../support/directory.js';
import { makeFifo } from '../../../support/fifo.js';
import { following } from '../../../support/following.js';
import { ending, first, afterPolls } from '../../../support/outcome.js';

const fileAt = (path: string): string => {
  writeFileSync(path, '');
  return path;
};

/** What a lock emits. */
const LOCK: unknown = expect.objectContaining({ directoryFd: expect.any(Number) as number });

describe('lock', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  it('is held by one subscriber at a time, under any path, and freed when it unsubscribes (S13)', async () => {
    symlinkSync(path(), path('itself'));
    const { seen$, stop } = follow(lock(path()));
    await first(seen$);
    expect(await ending(lock(path('itself')))).toMatchObject({
      name: 'DirectoryInUseError',
      path: path('itself'),
    });
    stop();
    await expect(first(follow(lock(path())).seen$)).resolves.toEqual(LOCK);
  });

  it('locks no other directory', async () => {
    mkdirSync(path('other'));
    await first(follow(lock(path())).seen$);
    await expect(first(follow(lock(path('other'))).seen$)).resolves.toEqual(LOCK);
  });

  it('holds the directory open, so that no new directory gets its inode if it is removed', async () => {
    mkdirSync(path('removed'));
    const { seen$, stop } = follow(lock(path('removed')));
    await first(seen$);
    rmdirSync(path('removed'));
    expect(openDescriptors(path())).toBe(1);
    stop();
    expect(openDescriptors(path())).toBe(0);
  });

  it.each([
    ['nothing', () => path('missing'), 'ENOENT'],
    ['a file', () => fileAt(path('file')), 'ENOTDIR'],
    ['a FIFO that nobody writes to', () => makeFifo(path('fifo')), 'ENOTDIR'],
  ])('errors for %s', async (_, target, code) => {
    expect(await ending(lock(target()))).toMatchObject({ name: 'DirectoryError', cause: { code } });
  });

  it('leaves no file in the directory', async () => {
    await first(follow(lock(path())).seen$);
    expect(contents(path())).toStrictEqual({});
  });

  it('has a name of full length, which is the same on every version of Node', () => {
    const name = nameOf({ dev: 2n ** 64n - 1n, ino: 2n ** 64n - 1n }, 'linux');
    expect(name).toHaveLength(108);
    expect(name.startsWith('\0rxdrop-18446744073709551615-18446744073709551615\0')).toBe(true);
  });

  it('has another name for each inode, also above 2 ** 53', () => {
    const names = [2n ** 60n, 2n ** 60n + 1n].map((ino) => nameOf({ dev: 1n, ino }));
    expect(new Set(names).size).toBe(2);
  });

  it('is held until `beforeRelease` calls back', async () => {
    let release: () => void = () => undefined;
    const beforeRelease = (done: () => void) => {
      release = done;
    };
    const { seen$, stop } = follow(lock(path(), { beforeRelease }));
    await first(seen$);
    stop();
    expect(await ending(lock(path()))).toMatchObject({ name: 'DirectoryInUseError' });
    release();
    await expect(first(follow(lock(path())).seen$)).resolves.toEqual(LOCK);
  });

  describe('with a socket that has a file', () => {
    it('is refused while its holder is running', async () => {
      await holder();
      expect(await ending(lock(path(), { name: path('sock') }))).toMatchObject({
        name: 'DirectoryInUseError',
      });
      expect(await ending(lock(path(), { name: path('sock') }))).toMatchObject({
        name: 'DirectoryInUseError',
      });
    });

    it('is taken over from a dead holder', async () => {
      await (await holder()).die();
      expect(contents(path())).toHaveProperty('sock');
      const { seen$, stop } = follow(lock(path(), { name: path('sock') }));
      await first(seen$);
      expect(await ending(lock(path(), { name: path('sock') }))).toMatchObject({
        name: 'DirectoryInUseError',
      });
      stop();
      expect(contents(path())).toStrictEqual({});
    });

    it('is not taken if it is unsubscribed while it probes the holder', async () => {
      await (await holder()).die();
      follow(lock(path(), { name: path('sock') })).stop();
      await afterPolls();
      await expect(first(follow(lock(path(), { name: path('sock') })).seen$)).resolves.toEqual(
        LOCK,
      );
    });

    it('reports any other failure with its own cause', async () => {
      expect(await ending(lock(path(), { name: path('missing', 'sock') }))).toMatchObject({
        name: 'DirectoryError',
        cause: { message: 'it cannot be locked: permission denied' },
      });
    });

    it('takes over no file that is not the socket of a dead holder', async () => {
      mkdirSync(path('sock'));
      expect(await ending(lock(path(), { name: path('sock') }))).toMatchObject({
        name: 'DirectoryError',
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
