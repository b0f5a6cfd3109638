import { statSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { Observable } from 'rxjs';
import { DirectoryError, DirectoryInUseError } from '../../../errors.js';
import { codeOf } from '../codeOf.js';
import { type Path, pathText } from '../../../node/pathText.js';

export interface LockOptions {
  /** The name of the socket. */
  name?: string;
  /** Calls its argument once the lock may be freed after it was unsubscribed: at once without it. */
  whenSettled?: (free: () => void) => void;
}

/**
 * Holds the lock of a directory while subscribed, so that one server keeps its files in it (S13).
 *
 * It is a local socket named after the directory's device and inode: nothing stands in the directory,
 * and the system frees the name with its holder, however that ends. Linux has such names without a
 * file (unix(7), abstract), one set of them for each network namespace; elsewhere the file of a dead
 * holder's socket stays, refuses connections, and is taken over.
 *
 *     lock('inbox')  --L------------
 *
 * @throws DirectoryInUseError if a living process has the name
 * @throws DirectoryError if the name cannot be had for any other reason
 */
export function lock(
  path: Path,
  {
    name = nameOf(statSync(path, { bigint: true })),
    whenSettled = (free) => {
      free();
    },
  }: LockOptions = {},
): Observable<void> {
  return new Observable((subscriber) => {
    const server = createServer((socket) => {
      socket.destroy();
    });
    const inUse = (cause?: unknown) => {
      subscriber.error(new DirectoryInUseError(pathText(path), { cause }));
    };
    const fail = (cause: unknown) => {
      subscriber.error(new DirectoryError(pathText(path), { cause: inWords(cause) }));
    };
    const listen = (otherwise: (cause: unknown) => void) => {
      if (subscriber.closed) return;
      server.once('error', otherwise).listen(name);
    };
    server.on('listening', () => {
      // From now on an error is of a connection that could not be accepted, and the name is held.
      server.removeAllListeners('error').on('error', () => undefined);
      subscriber.next();
    });
    server.unref();
    listen((cause) => {
      if (codeOf(cause) !== 'EADDRINUSE') fail(cause);
      else if (hasNoFile(name)) inUse(cause);
      else
        unlessAlive(name, inUse, fail, () => {
          listen((cause) => {
            if (codeOf(cause) === 'EADDRINUSE') inUse(cause);
            else fail(cause);
          });
        });
    });
    return () => {
      whenSettled(() => server.close());
    };
  });
}

/** The name of the socket, of what the system says: a number would round inodes above 2^53. */
export function nameOf(
  { dev, ino }: { dev: bigint; ino: bigint },
  platform: string = process.platform,
): string {
  const name = `rxdrop-${dev}-${ino}`;
  // Node 20 fills abstract names up to their full length, later versions do not: a full one is the same on all.
  if (platform === 'linux') return `\0${name}`.padEnd(ABSTRACT_NAME_BYTES, '\0');
  if (platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

const ABSTRACT_NAME_BYTES = 108;

const hasNoFile = (name: string): boolean => name.startsWith('\0') || process.platform === 'win32';

/** Asks for the holder of a name. If it is dead, nobody takes a connection there, and the name is freed. */
function unlessAlive(
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
      // Any other answer, such as too few descriptors of ours, says nothing about the holder.
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

/** What is wrong is the lock, and not the directory that the error names. */
function inWords(cause: unknown): Error {
  const errno = typeof cause === 'object' && cause !== null && 'errno' in cause && cause.errno;
  const [, words = String(cause)] = getSystemErrorMap().get(Number(errno)) ?? [];
  return new Error(`it cannot be locked: ${words}`, { cause });
}
