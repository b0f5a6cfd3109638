import * as fs from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { step, type Steps } from './steps.js';

export const open = (path: Path, flags: number | 'r', mode?: number): Steps<number> =>
  step(
    () => fs.openSync(path, flags, mode),
    (done) => {
      fs.open(path, flags, mode, done);
    },
  );

/** Writes all bytes, at `position` or after the last write. The system may write fewer at once. */
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

/** Reads from a position into the bytes, and returns how many it has read. */
export const read = (fd: number, bytes: Uint8Array, position: number): Steps<number> =>
  step(
    () => fs.readSync(fd, bytes, 0, bytes.byteLength, position),
    (done) => {
      fs.read(fd, bytes, 0, bytes.byteLength, position, done);
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

export const ftruncate = (fd: number, size: number): Steps<void> =>
  step(
    () => {
      fs.ftruncateSync(fd, size);
    },
    (done) => {
      fs.ftruncate(fd, size, done);
    },
  );

export const fchmod = (fd: number, mode: number): Steps<void> =>
  step(
    () => {
      fs.fchmodSync(fd, mode);
    },
    (done) => {
      fs.fchmod(fd, mode, done);
    },
  );

export const fdatasync = (fd: number): Steps<void> =>
  step(
    () => {
      fs.fdatasyncSync(fd);
    },
    (done) => {
      fs.fdatasync(fd, done);
    },
  );

export const fsync = (fd: number): Steps<void> =>
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

export const mkdir = (path: Path, mode: number): Steps<void> =>
  step(
    () => {
      fs.mkdirSync(path, mode);
    },
    (done) => {
      fs.mkdir(path, mode, done);
    },
  );

/** The entries of a directory and their kinds. */
export const readdir = (path: Path): Steps<fs.Dirent[]> =>
  step(
    () => fs.readdirSync(path, { withFileTypes: true }),
    (done) => {
      fs.readdir(path, { withFileTypes: true }, done);
    },
  );

/** The bytes of a small file, as Latin-1. */
export const readText = (path: Path): Steps<string> =>
  step(
    () => fs.readFileSync(path, 'latin1'),
    (done) => {
      fs.readFile(path, 'latin1', done);
    },
  );

/** The kind and the permissions of an open file. */
export function* modeOf(fd: number): Steps<number> {
  const { mode } = yield* step(
    () => fs.fstatSync(fd),
    (done) => {
      fs.fstat(fd, done);
    },
  );
  return mode;
}

/** Blocks of the file system that are free for this user. */
export function* freeBlocks(path: Path): Steps<number> {
  const { bavail } = yield* step(
    () => fs.statfsSync(path),
    (done) => {
      fs.statfs(path, done);
    },
  );
  return bavail;
}

/** With `bigint`, because inodes may be above 2^53. */
export const lstat = (path: Path): Steps<fs.BigIntStats> =>
  step(
    () => fs.lstatSync(path, { bigint: true }),
    (done) => {
      fs.lstat(path, { bigint: true }, done);
    },
  );

export const stat = (path: Path): Steps<fs.BigIntStats> =>
  step(
    () => fs.statSync(path, { bigint: true }),
    (done) => {
      fs.stat(path, { bigint: true }, done);
    },
  );

/** Whether the name is taken, also by a dangling link. */
export function* exists(path: Path): Steps<boolean> {
  try {
    yield* lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
