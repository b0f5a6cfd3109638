import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Folders } from '../../../../src/store/directory/writer/folders.js';
import { publish } from '../../../../src/store/directory/writer/publish.js';
import { openDescriptors } from '../../../support/descriptors.js';
import { temporaryDirectory } from '../../../support/directory.js';
import { drive, fault, type Interference } from '../../../support/steps.js';

describe('Folders', () => {
  const path = temporaryDirectory();

  /** Publishes a file as `inbox/a/b/name`, and returns the number of its calls. */
  const put = (interfere: Interference = () => undefined, hasProc = true): number => {
    let calls = 0;
    const folders = new Folders({
      directory: path('inbox'),
      mode: 0o600,
      directoryToSync: undefined,
      hasProc,
    });
    drive(
      folders.use('a/b/name', (name) => publish(path('inbox', '.part'), name, 0n)),
      (call) => {
        calls++;
        interfere(call);
      },
    );
    return calls;
  };

  const begin = () => {
    rmSync(path('inbox'), { recursive: true, force: true });
    rmSync(path('outside'), { recursive: true, force: true });
    for (const name of ['inbox', 'outside', 'outside/b']) mkdirSync(path(...name.split('/')));
    writeFileSync(path('inbox', '.part'), 'text');
  };

  /** What stands outside, by its names. */
  const outside = () => readdirSync(path('outside'), { recursive: true });

  it.each([
    ['a', false],
    ['a', true],
    ['a/b', false],
    ['a/b', true],
  ])('never goes through a link that takes the place of %s between two calls (it existed: %s)', (place, existed) => {
    const make = () => {
      begin();
      if (existed) mkdirSync(path('inbox', 'a', 'b'), { recursive: true });
    };
    const at = path('inbox', ...place.split('/'));
    make();
    const calls = put();
    for (let swapped = 0; swapped < calls; swapped++) {
      make();
      try {
        put((call) => {
          if (call !== swapped || !existsSync(at)) return;
          renameSync(at, path('inbox', `moved`));
          symlinkSync(path('outside'), at);
        });
      } catch {
        // It may fail, but not put anything elsewhere.
      }
      expect(outside()).toStrictEqual(['b']);
    }
    expect(calls).toBeGreaterThan(3);
  });

  it('makes a directory again that was removed between two calls', () => {
    begin();
    const calls = put();
    for (let removed = 0; removed < calls - 1; removed++) {
      begin();
      put((call) => {
        if (call === removed) rmSync(path('inbox', 'a'), { recursive: true, force: true });
      });
      expect(readFileSync(path('inbox', 'a', 'b', 'name'), 'utf8')).toBe('text');
    }
  });

  it('leaves no descriptor open, whichever call fails', () => {
    begin();
    const calls = put();
    const before = openDescriptors();
    for (let failing = 0; failing < calls; failing++) {
      begin();
      try {
        put((call) => {
          if (call === failing) throw fault('EIO');
        });
      } catch {
        // The last calls remove what is left, and may fail.
      }
    }
    expect(openDescriptors()).toBe(before);
  });

  it('follows no link without /proc either', () => {
    begin();
    symlinkSync(path('outside'), path('inbox', 'a'));
    put(undefined, false);
    expect(readFileSync(path('inbox', 'a', 'b', 'name'), 'utf8')).toBe('text');
    expect(outside()).toStrictEqual(['b']);
  });

  it('says so if a directory is on another file system', () => {
    begin();
    const crossed = () => {
      put((call) => {
        if (call > 7) throw fault('EXDEV');
      });
    };
    expect(crossed).toThrow('a/b is on another file system');
  });
});
