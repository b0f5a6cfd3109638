import { NoRoomError } from '../../../../src/errors.js';
import { Room } from '../../../../src/store/directory/writer/room.js';
import type { FileCall, Steps } from '../../../../src/store/directory/writer/steps.js';
import { thrownBy } from '../../../support/outcome.js';
import { MiB } from '../../../support/sample.js';

/** A disk with so many free bytes. `measured` counts the calls that measure them. */
function diskWith(free: number) {
  const disk = { free, measured: 0, time: 0 };
  const clock = { now: () => disk.time };
  const room = new Room({
    path: '/',
    blockSize: 1,
    minFree: 10 * MiB,
    minFreeForMarker: 2 * MiB,
    clock,
  });
  return {
    disk,
    /** Also creates the file, which takes a block. */
    takeFile: () => {
      answer(room.takeFile(), () => ({ bavail: disk.free, bsize: 1 }));
      disk.free -= 4096;
    },
    takeMarker: () => {
      answer(room.takeMarker(), () => ({ bavail: disk.free, bsize: 1 }));
      disk.free -= 4096;
    },
    take: (bytes: number) => {
      answer(room.take(bytes), () => {
        disk.measured++;
        return { bavail: disk.free, bsize: 1 };
      });
    },
  };
}

function answer(steps: Steps<void>, call: () => unknown): void {
  let step: IteratorResult<FileCall<unknown>, void> = steps.next();
  while (!step.done) step = steps.next(call());
}

describe('Room', () => {
  it('has room as long as the minimum stays free', () => {
    const { take } = diskWith(10 * MiB + 1);
    expect(() => {
      take(1);
    }).not.toThrow();
  });

  it('throws while less than the minimum is free', () => {
    const { disk, take } = diskWith(10 * MiB);
    expect(
      thrownBy(() => {
        take(1);
      }),
    ).toStrictEqual(new NoRoomError(10 * MiB));
    disk.free = 11 * MiB;
    expect(() => {
      take(1);
    }).not.toThrow();
  });

  it('measures at the first bytes, after 8 MiB, after a second, and before it refuses', () => {
    const { disk, take } = diskWith(100 * MiB);
    const measuredAfter = (bytes: number) => {
      take(bytes);
      return disk.measured;
    };
    expect([measuredAfter(1), measuredAfter(8 * MiB), measuredAfter(1)]).toStrictEqual([1, 1, 2]);
    disk.time = 1_001;
    expect([measuredAfter(1), measuredAfter(1)]).toStrictEqual([3, 3]);
    disk.free = 13 * MiB;
    disk.time = 2_003;
    expect(measuredAfter(1)).toBe(4);
    disk.free = 15 * MiB;
    expect(measuredAfter(4 * MiB)).toBe(5);
  });

  it('counts a block for each file, however small, and refuses the file that would take the reserve', () => {
    const { takeFile } = diskWith(10 * MiB + 3 * 4096);
    const files = () => {
      for (let file = 1; ; file++) {
        if (thrownBy(takeFile) !== undefined) return file - 1;
      }
    };
    expect(files()).toBe(3);
  });

  it('allows ERROR to use a part of the reserve, which files may not use', () => {
    const { disk, takeFile, takeMarker } = diskWith(2 * MiB + 2 * 4096);
    expect(thrownBy(takeFile)).toStrictEqual(new NoRoomError(10 * MiB));
    takeMarker();
    takeMarker();
    expect(thrownBy(takeMarker)).toStrictEqual(new NoRoomError(2 * MiB));
    expect(disk.free).toBe(2 * MiB);
  });

  it('measures nothing if nothing has to stay free', () => {
    const room = new Room({ path: '/', blockSize: 1, minFree: 0 });
    expect(room.take(MiB).next()).toStrictEqual({ done: true, value: undefined });
  });
});
