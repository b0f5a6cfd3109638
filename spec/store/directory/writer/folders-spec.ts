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
import fc from 'fast-check';
import { Folders } from '../../../../src/store/directory/writer/folders.js';
import { publish } from '../../../../src/store/directory/writer/publish.js';
import { fileCall, type Steps } from '../../../../src/store/directory/writer/steps.js';
import { openDescriptors } from '../../../support/descriptors.js';
import { temporaryDirectory } from '../../../support/directory.js';
import { drive, fault, type Interference } from '../../../support/steps.js';

/** A descriptor that no file has. */
const ABOVE = 1_000_000;

/** Runs two procedures call by call, as the thread pool may; each value of `order` selects the next one. */
function interleave(users: readonly Steps<void>[], order: readonly boolean[]): void {
  const [one, two] = users.map((steps) => oneByOne(steps));
  for (const isFirst of order) (isFirst ? one : two)?.();
  while (one?.() ?? two?.());
}

/** Makes the next call of steps, or hands its result to them, and returns whether there was something to do. */
function oneByOne(steps: Steps<void>): () => true | undefined {
  let next = steps.next();
  let resume: (() => void) | undefined;
  return () => {
    if (resume) {
      resume();
      resume = undefined;
      return true;
    }
    if (next.done) return undefined;
    const { value } = next;
    try {
      const result = value.runSync();
      resume = () => (next = steps.next(result));
    } catch (error) {
      resume = () => (next = steps.throw(error));
    }
    return true;
  };
}

describe('Folders', () => {
  const path = temporaryDirectory();

  const options = () => ({ directory: path('inbox'), mode: 0o600, directoryToSync: undefined });

  /** Publishes a file as `inbox/a/b/name`, and returns the number of its calls. */
  const put = (interfere: Interference = () => undefined, hasProc = true): number => {
    let calls = 0;
    const folders = new Folders({ ...options(), hasProc });
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
  ])(
    'never goes through a link that takes the place of %s between two calls (it existed: %s)',
    (place, existed) => {
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
    },
  );

  it('creates a directory again that was removed between two calls', () => {
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
    const before = openDescriptors(path());
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
    expect(openDescriptors(path())).toBe(before);
  });

  it('follows no link without /proc either', () => {
    begin();
    symlinkSync(path('outside'), path('inbox', 'a'));
    put(undefined, false);
    expect(readFileSync(path('inbox', 'a', 'b', 'name'), 'utf8')).toBe('text');
    expect(outside()).toStrictEqual(['b']);
  });

  it('publishes each file under its name, in any order of the calls of two files at a link (S9)', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (order) => {
        begin();
        symlinkSync(path('outside'), path('inbox', 'a'));
        writeFileSync(path('inbox', '.other'), 'other');
        const folders = new Folders(options());
        const users = [
          folders.use('a/one', (name) => publish(path('inbox', '.part'), name, 0n)),
          folders.use('a/two', (name) => publish(path('inbox', '.other'), name, 0n)),
        ];
        interleave(users, order);
        expect(readFileSync(path('inbox', 'a', 'one'), 'utf8')).toBe('text');
        expect(readFileSync(path('inbox', 'a', 'two'), 'utf8')).toBe('other');
      }),
      { numRuns: 300 },
    );
  });

  describe('with files that survive a power cut', () => {
    it('syncs the parent until that has succeeded once, and again for a directory that is created anew', () => {
      begin();
      const synced: string[] = [];
      const folders = new Folders({
        ...options(),
        directoryToSync: ABOVE,
        sync: fileCall((fd: number) => {
          synced.push(fd === ABOVE ? 'above' : 'below');
          if (synced.length === 1) throw fault('EIO');
        }, NEVER_MADE),
      });
      const use = (name: string) => {
        drive(folders.use(name, () => fileCall(() => undefined, NEVER_MADE)()));
      };
      expect(() => {
        use('a/one');
      }).toThrow('EIO');
      for (const name of ['a/two', 'a/three', 'a/b/four', 'a/b/five']) use(name);
      expect(synced).toStrictEqual(['above', 'above', 'below']);
      rmSync(path('inbox', 'a'), { recursive: true });
      use('a/six');
      expect(synced).toStrictEqual(['above', 'above', 'below', 'above']);
    });
  });

  it('reports if a directory is on another file system', () => {
    begin();
    const crossed = () => {
      put((call) => {
        if (call > 7) throw fault('EXDEV');
      });
    };
    expect(crossed).toThrow('a/b is on another file system');
  });
});

const NEVER_MADE = () => undefined;
