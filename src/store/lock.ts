import { statSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Observable } from 'rxjs';
import { DirectoryInUseError } from '../errors.js';

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
 * @throws DirectoryInUseError
 */
export function lock(path: string, name: string = nameOf(path)): Observable<void> {
  return new Observable((subscriber) => {
    const server = createServer((socket) => {
      socket.destroy();
    });
    const inUse = (cause: unknown) => {
      subscriber.error(new DirectoryInUseError(path, { cause }));
    };
    const listen = () => {
      if (!subscriber.closed) server.listen(name);
    };
    server
      .once('error', (cause) => {
        server.once('error', inUse);
        if (name.startsWith('\0')) inUse(cause);
        else whenDead(name, listen, inUse);
      })
      .on('listening', () => {
        subscriber.next();
      });
    server.unref();
    listen();
    return () => {
      server.close();
    };
  });
}

function nameOf(path: string): string {
  const { dev, ino } = statSync(path);
  const name = `rxdrop-${dev}-${ino}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Frees the name of a socket whose holder is dead: nobody takes a connection there. */
function whenDead(name: string, then: () => void, otherwise: (cause: unknown) => void): void {
  const probe = connect(name)
    .on('connect', () => {
      probe.destroy();
      otherwise(undefined);
    })
    .on('error', () => {
      try {
        unlinkSync(name);
      } catch (cause) {
        otherwise(cause);
        return;
      }
      then();
    });
}
