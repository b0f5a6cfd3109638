import * as fs from 'node:fs';
import { codeOf } from '../codeOf.js';
import type { Path } from '../../../node/pathText.js';

/** A file call that can be made either way. */
export interface FileCall<T> {
  now(): T;
  later(done: (error: Error | null, value?: T) => void): void;
}

/**
 * A procedure of file calls that yields each of them to whoever runs it, synchronously or not: one
 * text, with its own `try` and `catch`, for both. Failures come back as exceptions at the `yield`.
 * A generator is one, and so is a single call.
 */
export interface Steps<T> {
  next(value?: unknown): IteratorResult<FileCall<unknown>, T>;
  throw(error: unknown): IteratorResult<FileCall<unknown>, T>;
  [Symbol.iterator](): Steps<T>;
}

type Done<T> = (error: Error | null, value?: T) => void;

/** A call that is a procedure by itself: what it yields is itself, what comes back is its result. */
class Step<T> implements FileCall<T>, Steps<T> {
  private made = false;

  constructor(
    readonly now: () => T,
    readonly later: (done: Done<T>) => void,
  ) {}

  next(value?: unknown): IteratorResult<FileCall<unknown>, T> {
    // The one place where what comes back has to be taken at its word.
    if (this.made) return { done: true, value: value as T };
    this.made = true;
    return { done: false, value: this };
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

const step = <T>(now: () => T, later: (done: Done<T>) => void): Steps<T> => new Step(now, later);

export const open = (path: Path, flags: number, mode?: number): Steps<number> =>
  step(
    () => fs.openSync(path, flags, mode),
    (done) => {
      fs.open(path, flags, mode, done);
    },
  );

/** Writes all of it: at `position`, or where the last write ended. A write may be short. */
export function* write(fd: number, bytes: Uint8Array, position: number | null = null): Steps<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const size = yield* writeSome(
      fd,
      bytes,
      written,
      position === null ? null : position + written,
    );
    if (size === 0) throw new Error('the disk takes no more');
    written += size;
  }
}

const writeSome = (
  fd: number,
  bytes: Uint8Array,
  from: number,
  position: number | null,
): Steps<number> =>
  step(
    () => fs.writeSync(fd, bytes, from, bytes.byteLength - from, position),
    (done) => {
      fs.write(fd, bytes, from, bytes.byteLength - from, position, done);
    },
  );

export const close = (fd: number): Steps<void> =>
  step(
    () => {
      fs.closeSync(fd);
    },
    (done) => {
      fs.close(fd, done);
    },
  );

export const truncate = (fd: number, size: number): Steps<void> =>
  step(
    () => {
      fs.ftruncateSync(fd, size);
    },
    (done) => {
      fs.ftruncate(fd, size, done);
    },
  );

export const setMode = (fd: number, mode: number): Steps<void> =>
  step(
    () => {
      fs.fchmodSync(fd, mode);
    },
    (done) => {
      fs.fchmod(fd, mode, done);
    },
  );

export const dataSync = (fd: number): Steps<void> =>
  step(
    () => {
      fs.fdatasyncSync(fd);
    },
    (done) => {
      fs.fdatasync(fd, done);
    },
  );

export const sync = (fd: number): Steps<void> =>
  step(
    () => {
      fs.fsyncSync(fd);
    },
    (done) => {
      fs.fsync(fd, done);
    },
  );

export const link = (from: Path, to: Path): Steps<void> =>
  step(
    () => {
      fs.linkSync(from, to);
    },
    (done) => {
      fs.link(from, to, done);
    },
  );

export const rename = (from: Path, to: Path): Steps<void> =>
  step(
    () => {
      fs.renameSync(from, to);
    },
    (done) => {
      fs.rename(from, to, done);
    },
  );

export const unlink = (path: Path): Steps<void> =>
  step(
    () => {
      fs.unlinkSync(path);
    },
    (done) => {
      fs.unlink(path, done);
    },
  );

/** Blocks that are free, for whoever we are, in the file system of `path`. */
export function* freeBlocks(path: Path): Steps<number> {
  const { bavail } = yield* step(
    () => fs.statfsSync(path),
    (done) => {
      fs.statfs(path, done);
    },
  );
  return bavail;
}

/** What has that name, a link itself, as exactly as the system knows: inodes may be above 2^53. */
export const statsOf = (path: Path): Steps<fs.BigIntStats> =>
  step(
    () => fs.lstatSync(path, { bigint: true }),
    (done) => {
      fs.lstat(path, { bigint: true }, done);
    },
  );

/** What the path leads to. */
export const targetOf = (path: Path): Steps<fs.BigIntStats> =>
  step(
    () => fs.statSync(path, { bigint: true }),
    (done) => {
      fs.stat(path, { bigint: true }, done);
    },
  );

/** Whether anything has that name, a dangling link too. */
export function* exists(path: Path): Steps<boolean> {
  try {
    yield* statsOf(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Tries what may fail without changing anything about what comes next. */
export function* attempt(steps: Steps<void>): Steps<void> {
  try {
    yield* steps;
  } catch {
    // Whoever attempts it goes on either way.
  }
}
