import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives each spec a directory of its own: `path('a')` is a path in it, `path()` the directory. */
export function temporaryDirectory(): (...names: string[]) => string {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rxdrop-spec-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return (...names) => join(directory, ...names);
}

/**
 * Returns the entries of a directory by name: the text of a file, and the kind of anything else. Entries that are
 * renamed or removed meanwhile are missing.
 */
export const contents = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory)
      .sort()
      .flatMap((name) => {
        try {
          return [[name, contentOf(join(directory, name))]];
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
          throw error;
        }
      }),
  );

export function contentOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isFile()) return readFileSync(path, 'latin1');
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isDirectory() ? 'a directory' : 'something else';
}
