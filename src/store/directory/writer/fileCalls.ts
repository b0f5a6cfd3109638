import * as fs from 'node:fs';
import type { Path } from '../../../node/pathText.js';
import { codeOf } from '../codeOf.js';
import { fileCall, type Steps } from './steps.js';

export const open = fileCall(
  (path: Path, flags: number, mode?: number): number => fs.openSync(path, flags, mode),
  (done, path, flags, mode?: number) => {
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

const writeSome = fileCall(
  (fd: number, bytes: Uint8Array, from: number, position: number | null): number =>
    fs.writeSync(fd, bytes, from, bytes.byteLength - from, position),
  (done, fd, bytes, from, position) => {
    fs.write(fd, bytes, from, bytes.byteLength - from, position, done);
  },
);

export const close = fileCall(
  (fd: number) => {
    fs.closeSync(fd);
  },
  (done, fd) => {
    fs.close(fd, done);
  },
);

export const ftruncate = fileCall(
  (fd: number, size: number) => {
    fs.ftruncateSync(fd, size);
  },
  (done, fd, size) => {
    fs.ftruncate(fd, size, done);
  },
);

export const fchmod = fileCall(
  (fd: number, mode: number) => {
    fs.fchmodSync(fd, mode);
  },
  (done, fd, mode) => {
    fs.fchmod(fd, mode, done);
  },
);

export const fdatasync = fileCall(
  (fd: number) => {
    fs.fdatasyncSync(fd);
  },
  (done, fd) => {
    fs.fdatasync(fd, done);
  },
);

export const fsync = fileCall(
  (fd: number) => {
    fs.fsyncSync(fd);
  },
  (done, fd) => {
    fs.fsync(fd, done);
  },
);

export const link = fileCall(
  (from: Path, to: Path) => {
    fs.linkSync(from, to);
  },
  (done, from, to) => {
    fs.link(from, to, done);
  },
);

export const rename = fileCall(
  (from: Path, to: Path) => {
    fs.renameSync(from, to);
  },
  (done, from, to) => {
    fs.rename(from, to, done);
  },
);

export const unlink = fileCall(
  (path: Path) => {
    fs.unlinkSync(path);
  },
  (done, path) => {
    fs.unlink(path, done);
  },
);

export const mkdir = fileCall(
  (path: Path, mode: number) => {
    fs.mkdirSync(path, mode);
  },
  (done, path, mode) => {
    fs.mkdir(path, mode, done);
  },
);

/** The entries of a directory and their kinds. */
export const readdir = fileCall(
  (path: Path): fs.Dirent[] => fs.readdirSync(path, { withFileTypes: true }),
  (done, path) => {
    fs.readdir(path, { withFileTypes: true }, done);
  },
);

/** The bytes of a small file, as Latin-1. */
export const readText = fileCall(
  (path: Path): string => fs.readFileSync(path, 'latin1'),
  (done, path) => {
    fs.readFile(path, 'latin1', done);
  },
);

/** The kind and the permissions of an open file. */
export function* modeOf(fd: number): Steps<number> {
  return (yield* fstat(fd)).mode;
}

const fstat = fileCall(
  (fd: number) => fs.fstatSync(fd),
  (done, fd) => {
    fs.fstat(fd, done);
  },
);

/** Blocks of the file system that are free for this user. */
export function* freeBlocks(path: Path): Steps<number> {
  return (yield* statfs(path)).bavail;
}

const statfs = fileCall(
  (path: Path) => fs.statfsSync(path),
  (done, path) => {
    fs.statfs(path, done);
  },
);

/** With `bigint`, because inodes may be above 2^53. */
export const lstat = fileCall(
  (path: Path): fs.BigIntStats => fs.lstatSync(path, { bigint: true }),
  (done, path) => {
    fs.lstat(path, { bigint: true }, done);
  },
);

export const stat = fileCall(
  (path: Path): fs.BigIntStats => fs.statSync(path, { bigint: true }),
  (done, path) => {
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
