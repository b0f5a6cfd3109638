import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.js';

/** The files of a server. */
export interface SavedFiles {
  /** FILE-DIR. */
  readonly dir: string;
  /** The content of `N.file` as text. */
  readonly file: (id: number) => string;
  /** Waits until `N.file` exists, and so is whole. */
  readonly published: (id: number) => Promise<boolean>;
}

export function savedFiles(dir: string): SavedFiles {
  const pathOf = (id: number) => join(dir, `${id}.file`);
  return {
    dir,
    file: (id) => readFileSync(pathOf(id), 'utf8'),
    published: (id) => until(() => existsSync(pathOf(id))),
  };
}
