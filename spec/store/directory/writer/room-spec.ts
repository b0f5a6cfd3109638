import { NoRoomError } from '../../../../src/errors.js';
import { Room } from '../../../../src/store/directory/writer/room.js';
import type { FileCall, Steps } from '../../../../src/store/directory/writer/steps.js';
import { thrownBy } from '../../../support/outcome.js';

const MiB = 2 ** 20;

/** A disk with so much free space, and how often it is asked. */
function diskWith(free: number) {
  const disk = { free, asked: 0, time: 0 };
  const clock = { now: () => disk.time };
  const room = new Room({ path: '/', block: 1, least: 10 * MiB, leastOfAll: 2 * MiB, clock });
  return {
    disk,
    /** Files are made at once, and the disk has what they left. */
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
        disk.asked++;
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
  it('has room as long as the least stays free', () => {
    const { take } = diskWith(10 * MiB + 1);
    expect(() => {
      take(1);
    }).not.toThrow();
  });

  it('throws where less is free, and no longer once that is over', () => {
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

  it('asks at the first, after 8 MiB, after a second, and before it refuses', () => {
    const { disk, take } = diskWith(100 * MiB);
    const askedAfter = (bytes: number) => {
      take(bytes);
      return disk.asked;
    };
    expect([askedAfter(1), askedAfter(8 * MiB), askedAfter(1)]).toStrictEqual([1, 1, 2]);
    disk.time = 1_001;
    expect([askedAfter(1), askedAfter(1)]).toStrictEqual([3, 3]);
    disk.free = 13 * MiB;
    disk.time = 2_003;
    expect(askedAfter(1)).toBe(4);
    disk.free = 15 * MiB;
    expect(askedAfter(4 * MiB)).toBe(5);
  });

  it('counts a block for each file, however few bytes it has, and the last of them is refused', () => {
    const { takeFile } = diskWith(10 * MiB + 3 * 4096);
    const files = () => {
      for (let file = 1; ; file++) {
        if (thrownBy(takeFile) !== undefined) return file - 1;
      }
    };
    expect(files()).toBe(3);
  });

  it('leaves to ERROR what no file takes, but for the last bytes of it', () => {
    const { disk, takeFile, takeMarker } = diskWith(2 * MiB + 2 * 4096);
    expect(thrownBy(takeFile)).toStrictEqual(new NoRoomError(10 * MiB));
    takeMarker();
    takeMarker();
    expect(thrownBy(takeMarker)).toStrictEqual(new NoRoomError(2 * MiB));
    expect(disk.free).toBe(2 * MiB);
  });

  it('asks nothing where it has nothing to look after', () => {
    const room = new Room({ path: '/', block: 1, least: 0 });
    expect(room.take(MiB).next()).toStrictEqual({ done: true, value: undefined });
  });
});
