import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import {
  close,
  exists,
  fchmod,
  fdatasync,
  freeBlocks,
  fsync,
  ftruncate,
  link,
  open,
  rename,
  unlink,
  write,
} from '../../../../src/store/directory/writer/fileCalls.js';
import {
  attempt,
  type FileCall,
  type Steps,
} from '../../../../src/store/directory/writer/steps.js';
import { codeOf } from '../../../../src/store/directory/codeOf.js';
import { bytes } from '../../../support/bytes.js';
import { contentOf, contents, temporaryDirectory } from '../../../support/directory.js';
import { drive, fault } from '../../../support/steps.js';

const { O_CREAT, O_EXCL, O_RDWR } = constants;
const path = temporaryDirectory();

/** Runs steps through the thread pool. */
async function driveInPool<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const { error, value } = await inPool(step.value);
    step = error ? steps.throw(error) : steps.next(value);
  }
  return step.value;
}

const inPool = (call: FileCall<unknown>): Promise<{ error: unknown; value: unknown }> =>
  new Promise((resolve) => {
    call.run((error, value) => {
      resolve({ error, value });
    });
  });

describe.each([
  ['synchronously', drive],
  ['in the thread pool', driveInPool],
])('a step, run %s', (_, run) => {
  it('does what its name promises', async () => {
    function* everything(): Steps<unknown[]> {
      const fd = yield* open(path('a'), O_RDWR | O_CREAT | O_EXCL, 0o600);
      yield* fchmod(fd, 0o640);
      yield* write(fd, bytes('abcdef'));
      yield* write(fd, bytes('X'), 0);
      yield* ftruncate(fd, 3);
      yield* fdatasync(fd);
      yield* fsync(fd);
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

  it('throws the error of the system into the procedure', async () => {
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
    const size = second.done ? undefined : second.value.runSync();
    expect(steps.next(size).done).toBe(true);
    closeSync(fd);
    return contentOf(path('a'));
  };

  it('continues after a short write at the position of the file', () => {
    expect(writtenAfterTwo(null)).toBe('cdef');
  });

  it('continues after a short write at its own position', () => {
    expect(writtenAfterTwo(1)).toBe('\0\0\0cdef');
  });

  it('throws if the disk accepts no byte', () => {
    const steps = write(0, bytes('abc'));
    steps.next();
    expect(() => steps.next(0)).toThrow('the disk takes no more');
  });

  it('makes no call for an empty chunk', () => {
    expect(write(0, bytes('')).next().done).toBe(true);
  });
});

describe('exists', () => {
  it('throws an error that does not show whether the file exists', () => {
    writeFileSync(path('a'), '');
    expect(() => drive(exists(path('a', 'b')))).toThrow('ENOTDIR');
  });
});

describe('attempt', () => {
  it('continues after an error', () => {
    const failing = () => {
      throw fault('EIO');
    };
    expect(() => {
      drive(attempt(unlink(path('a'))), failing);
    }).not.toThrow();
  });
});

describe('codeOf', () => {
  it('is the code of an error, if it has one', () => {
    expect([fault('EIO'), new Error('none'), 'text', null, undefined].map(codeOf)).toStrictEqual([
      'EIO',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
