import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { catchError, defer, type Observable } from 'rxjs';
import { DirectoryError } from '../../../errors.js';
import { type Path, pathText } from '../../../node/pathText.js';

/**
 * Makes the directory if it is missing (its last level only), then subscribes to `use`. If `use` errors, it
 * removes the directory that it has made, so that a failed start leaves nothing behind (S2). A directory
 * that is not empty stays.
 *
 * @throws DirectoryError
 */
export function makeDirectory<T>(path: Path, use: () => Observable<T>): Observable<T> {
  return defer(() => {
    const made = makeIfMissing(path);
    return use().pipe(
      catchError((error: unknown) => {
        if (made) removeIfEmpty(path);
        throw error;
      }),
    );
  });
}

function makeIfMissing(path: Path): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) mkdirSync(path);
    else if (!stats.isDirectory()) throw new TypeError('it is no directory');
    return stats === undefined;
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}

function removeIfEmpty(path: Path): void {
  try {
    rmdirSync(path);
  } catch {
    // It has files by now.
  }
}
