import { statfsSync, statSync } from 'node:fs';
import type { Observable } from 'rxjs';
import type { Part } from '../../store.js';
import type { Path } from '../../../node/pathText.js';
import { Backlog } from './backlog.js';
import { blockSize } from './blockSize.js';
import { filePart, type Numbered, type Place } from './filePart.js';
import { Heart } from './heart.js';
import { Home } from './home.js';
import { Room } from './room.js';

export interface WriterOptions extends Pick<
  Place,
  'disk' | 'temporary' | 'fileName' | 'name' | 'mode' | 'masked' | 'durableIn'
> {
  readonly directory: Path;
  /** Bytes of the disk that no file takes; 64 MiB without it, or 5 % of a small disk. */
  readonly minFree: number | undefined;
}

/** Makes the files of a directory that somebody owns: the owner names the temporaries and numbers the files. */
export interface Writer {
  /** @param numbered the number of the file, or emits it: then it is asked for at the end of the file */
  readonly begin: (numbered: Numbered | Observable<Numbered>) => Part;
  /** Touches what is open. */
  readonly beat: () => void;
}

export function writer({ directory, minFree, ...options }: WriterOptions): Writer {
  const block = blockSize(directory);
  const { blocks } = statfsSync(directory);
  if (blocks === 0 && minFree) throw new Error('it does not say how much is free (--min-free)');
  const reserve = Math.min(64 * MiB, 0.05 * blocks * block);
  const heart = new Heart();
  const place: Place = {
    ...options,
    heart,
    backlog: new Backlog(BACKLOG),
    room: new Room({ path: directory, block, least: minFree ?? reserve, leastOfAll: reserve / 2 }),
    home: new Home(directory, statSync(directory, { bigint: true })),
  };
  let serial = 0;
  return {
    begin: (numbered) => filePart(++serial, numbered, place),
    beat: () => {
      heart.beat();
    },
  };
}

const MiB = 2 ** 20;

/** 64 MiB: a slow disk is kept busy by much less, and a small machine can spare it. */
const BACKLOG = 64 * MiB;
