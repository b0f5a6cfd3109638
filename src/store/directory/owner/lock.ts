import { closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { Observable } from 'rxjs';
import { DirectoryError, DirectoryInUseError } from '../../../errors.js';
import { codeOf } from '../codeOf.js';
import { descriptor } from '../../../node/socket.js';
import { type Path, pathText } from '../../../node/pathText.js';

export interface LockOptions {
  /** The name of the socket; by default, `nameOf` the directory. */
  name?: string;
  /** Called at unsubscription; calls `release` once the lock may be released. Default: at once. */
  beforeRelease?: (release: () => void) => void;
}

/** A lock that is held. Its descriptors are open until it is released. */
export interface Lock {
  /**
   * The descriptor of the directory. If the directory is removed meanwhile, no new one gets its inode, and with it the
   * name of the lock.
   */
  readonly directoryFd: number;
  /**
   * The descriptor of the socket, if the system has descriptors of sockets. The lock is held as long as any process has
   * it open.
   */
  readonly socketFd: number | undefined;
}

/**
 * Holds the lock of a directory while subscribed, so that only one server saves files in it (S13).
 *
 * The lock is a local socket named after the device and the inode of the directory. So it takes no file in the
 * directory, and the system frees the name when the process ends in any way. On Linux such names need no
 * file at all (unix(7), "abstract"), and each network namespace has its own. On other systems, the socket file of
 * a dead process stays and refuses connections; the next server takes it over.
 *
 *     lock('inbox')  --L------------
 *
 * @throws DirectoryInUseError if a running process has the name
 * @throws DirectoryError if the directory cannot be opened, or the socket fails for any other reason
 */
export function lock(
  path: Path,
  {
    name: givenName,
    beforeRelease = (release) => {
      release();
    },
  }: LockOptions = {},
): Observable<Lock> {
  return new Observable((subscriber) => {
    let directoryFd: number | undefined;
    let name: string;
    try {
      directoryFd = openSync(path, AS_DIRECTORY);
      name = givenName ?? nameOf(fstatSync(directoryFd, { bigint: true }));
    } catch (cause) {
      if (directoryFd !== undefined) closeSync(directoryFd);
      subscriber.error(new DirectoryError(pathText(path), { cause }));
      return undefined;
    }
    const server = createServer((socket) => {
      socket.destroy();
    });
    const inUse = (cause?: unknown) => {
      subscriber.error(new DirectoryInUseError(pathText(path), { cause }));
    };
    const fail = (cause: unknown) => {
      subscriber.error(new DirectoryError(pathText(path), { cause: lockError(cause) }));
    };
    const listen = (onError: (cause: unknown) => void) => {
      if (subscriber.closed) return;
      server.once('error', onError).listen(name);
    };
    server.on('listening', () => {
      // The lock is held. A later error is of a connection that could not be accepted.
      server.removeAllListeners('error').on('error', () => undefined);
      subscriber.next({ directoryFd, socketFd: descriptor(server) });
    });
    server.unref();
    const listenAgain = () => {
      listen((cause) => {
        if (codeOf(cause) === 'EADDRINUSE') inUse(cause);
        else fail(cause);
      });
    };
    listen((cause) => {
      if (codeOf(cause) !== 'EADDRINUSE') fail(cause);
      else if (hasNoFile(name)) awaitHolder(name, listenAgain);
      else probeHolder(name, inUse, fail, listenAgain);
    });
    return () => {
      beforeRelease(() => {
        server.close();
        closeSync(directoryFd);
      });
    };
  });
}

/** Another file than a directory is an error: opening a FIFO would wait for its writer. */
const AS_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** The name of the socket. With `bigint`, because inodes may be above 2^53. */
export function nameOf(
  { dev, ino }: { dev: bigint; ino: bigint },
  platform: string = process.platform,
): string {
  const name = `rxdrop-${dev}-${ino}`;
  // Node 20 pads abstract names to their full length, later versions do not. A padded name is the same in all.
  if (platform === 'linux') return `\0${name}`.padEnd(ABSTRACT_NAME_BYTES, '\0');
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

const ABSTRACT_NAME_BYTES = 108;

const hasNoFile = (name: string): boolean => name.startsWith('\0') || process.platform === 'win32';

/**
 * Connects to the holder of a name, and waits until it closes. A server does so at once; workers of a killed server,
 * which have inherited its lock, do when they end.
 */
function awaitHolder(name: string, closed: () => void): void {
  const probe = connect(name)
    .setTimeout(HOLDER_MS, () => probe.destroy())
    .on('error', () => undefined)
    .on('close', closed)
    .resume();
}

/** More than a worker needs for its last files once its server is gone. */
const HOLDER_MS = 2_000;

/** Connects to the holder of a name. If it is dead, the connection is refused, and the socket file is removed. */
function probeHolder(
  name: string,
  alive: () => void,
  fail: (cause: unknown) => void,
  dead: () => void,
): void {
  const probe = connect(name)
    .on('connect', () => {
      probe.destroy();
      alive();
    })
    .on('error', (cause) => {
      // Another error, such as EMFILE, proves nothing about the holder.
      if (codeOf(cause) !== 'ECONNREFUSED' && codeOf(cause) !== 'ENOENT') {
        fail(cause);
        return;
      }
      try {
        unlinkSync(name);
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT') {
          fail(cause);
          return;
        }
      }
      dead();
    });
}

/** The lock failed, not the directory, which is in the error's message. */
function lockError(cause: unknown): Error {
  const errno = typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno;
  const [, text = String(cause)] = getSystemErrorMap().get(Number(errno)) ?? [];
  return new Error(`it cannot be locked: ${text}`, { cause });
}
