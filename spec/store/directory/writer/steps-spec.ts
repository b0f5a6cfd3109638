import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import {
  attempt,
  close,
  dataSync,
  exists,
  type FileCall,
  freeBlocks,
  link,
  open,
  rename,
  setMode,
  type Steps,
  sync,
  truncate,
  unlink,
  write,
} from '../../../../src/store/directory/writer/steps.js';
import { codeOf } from '../../../../src/store/directory/codeOf.js';
import { bytes } from '../../../support/bytes.js';
import { contentOf, contents, temporaryDirectory } from '../../../support/directory.js';
import { drive, fault } from '../../../support/steps.js';

const { O_CREAT, O_EXCL, O_RDWR } = constants;
const path = temporaryDirectory();

/** Runs steps through the thread pool. */
async function driveLater<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const { error, value } = await later(step.value);
    step = error ? steps.throw(error) : steps.next(value);
  }
  return step.value;
}

const later = (call: FileCall<unknown>): Promise<{ error: unknown; value: unknown }> =>
  new Promise((resolve) => {
    call.later((error, value) => {
      resolve({ error, value });
    });
  });

describe.each([
  ['synchronously', drive],
  ['in the thread pool', driveLater],
])('a step, run %s', (_, run) => {
  it('does what its name says', async () => {
    function* everything(): Steps<unknown[]> {
      const fd = yield* open(path('a'), O_RDWR | O_CREAT | O_EXCL, 0o600);
      yield* setMode(fd, 0o640);
      yield* write(fd, bytes('abcdef'));
      yield* write(fd, bytes('X'), 0);
      yield* truncate(fd, 3);
      yield* dataSync(fd);
      yield* sync(fd);
      yield* close(fd);
      yield* link(path('a'), path('b'));
      yield* rename(path('a'), path('c'));
      const there = [yield* exists(path('a')), yield* exists(path('b'))];
      yield* unlink(path('b'));
      expect(yield* freeBlocks(path())).toBeGreaterThan(0);
      yield* close(yield* open(path('d'), O_RDWR | O_CREAT, 0o600));
      return there;
    }
    expect(await run(everything())).toStrictEqual([false, true]);
    expect(contents(path())).toStrictEqual({ c: 'Xbc', d: '' });
    expect(statSync(path('c')).mode & 0o777).toBe(0o640);
    expect(statSync(path('d')).mode & 0o777).toBe(0o600);
  });

  it('throws into the procedure what the system says', async () => {
    function* failing(): Steps<unknown> {
      try {
        yield* open(path('missing', 'a'), O_RDWR);
        return 'opened';
      } catch (error) {
        return codeOf(error);
      }
    }
    expect(await run(failing())).toBe('ENOENT');
  });
});

describe('write', () => {
  const writtenAfterTwo = (position: number | null): string => {
    const fd = openSync(path('a'), 'w');
    const steps = write(fd, bytes('abcdef'), position);
    steps.next();
    const second = steps.next(2);
    const size = second.done ? undefined : second.value.now();
    expect(steps.next(size).done).toBe(true);
    closeSync(fd);
    return contentOf(path('a'));
  };

  it('goes on behind a short write where the file stands', () => {
    expect(writtenAfterTwo(null)).toBe('cdef');
  });

  it('goes on behind a short write at its position', () => {
    expect(writtenAfterTwo(1)).toBe('\0\0\0cdef');
  });

  it('throws where the disk takes nothing', () => {
    const steps = write(0, bytes('abc'));
    steps.next();
    expect(() => steps.next(0)).toThrow('the disk takes no more');
  });

  it('makes no call for no bytes', () => {
    expect(write(0, bytes('')).next().done).toBe(true);
  });
});

describe('exists', () => {
  it('passes on what does not tell whether it does', () => {
    writeFileSync(path('a'), '');
    expect(() => drive(exists(path('a', 'b')))).toThrow('ENOTDIR');
  });
});

describe('attempt', () => {
  it('goes on whatever goes wrong', () => {
    const failing = () => {
      throw fault('EIO');
    };
    expect(() => {
      drive(attempt(unlink(path('a'))), failing);
    }).not.toThrow();
  });
});

describe('codeOf', () => {
  it('is the code of an error, where it has one', () => {
    expect([fault('EIO'), new Error('none'), 'text', null, undefined].map(codeOf)).toStrictEqual([
      'EIO',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
