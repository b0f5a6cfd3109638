import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { catchError, defer, type Observable } from 'rxjs';
import { DirectoryError } from '../../../errors.js';
import { type Path, pathText } from '../../../node/pathText.js';

/**
 * Makes a directory where it is missing (its last level alone), and takes it away again when what uses
 * it fails: a start that failed leaves nothing behind (S2). A directory that holds something stays.
 *
 * @throws DirectoryError
 */
export function makingDirectory<T>(path: Path, use: () => Observable<T>): Observable<T> {
  return defer(() => {
    const made = make(path);
    return use().pipe(
      catchError((error: unknown) => {
        if (made) removeEmpty(path);
        throw error;
      }),
    );
  });
}

function make(path: Path): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) mkdirSync(path);
    else if (!stats.isDirectory()) throw new TypeError('it is no directory');
    return stats === undefined;
  } catch (cause) {
    throw new DirectoryError(pathText(path), { cause });
  }
}

function removeEmpty(path: Path): void {
  try {
    rmdirSync(path);
  } catch {
    // Something has been kept in it meanwhile.
  }
}
