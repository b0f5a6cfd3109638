import type { Dirent } from 'node:fs';
import type { Path } from '../../node/pathText.js';
import { codeOf } from './codeOf.js';
import type { NameTemplate } from './owner/nameTemplate.js';
import { entryOf } from './path.js';
import { readdir } from './writer/fileCalls.js';
import type { Steps } from './writer/steps.js';

/** A file that a server saved, or a backup of one. */
interface SavedFile {
  /** The name of the file below the directory, without the suffix of a backup. */
  readonly name: string;
  readonly id: number;
  /** The digits of the backup's number. */
  readonly backup: string | undefined;
  readonly path: Path;
  /** Whether it is a file at all: anything may have been put there, and became a backup. */
  readonly isFile: boolean;
}

interface Visitor {
  /** Is called with every entry of the directory itself. */
  entry?(entry: Dirent): void;
  /** Is called with every file that the template can have named. */
  file(file: SavedFile): Steps<void> | undefined;
}

/**
 * Visits the files of a template, in a directory and below it. Enters no link, and no directory that it cannot have
 * made.
 */
export function eachFile(directory: Path, template: NameTemplate, visitor: Visitor): Steps<void> {
  return visit({ path: directory, name: '', numbers: [], level: 0 }, template, visitor);
}

interface Directory {
  readonly path: Path;
  /** Its name below the directory, with `/` behind each component. */
  readonly name: string;
  /** The numbers that the names so far have. */
  readonly numbers: readonly string[];
  readonly level: number;
}

function* visit(directory: Directory, template: NameTemplate, visitor: Visitor): Steps<void> {
  const { level } = directory;
  const pattern = template.directories[level];
  for (const entry of yield* entriesOf(directory)) {
    if (level === 0) visitor.entry?.(entry);
    if (pattern === undefined) {
      const file = savedFile(directory, entry, template);
      const steps = file && visitor.file(file);
      if (steps) yield* steps;
      continue;
    }
    const match = entry.isDirectory() ? pattern.exec(entry.name) : null;
    if (match === null) continue;
    const inner: Directory = {
      path: entryOf(directory.path, entry.name),
      name: `${directory.name}${entry.name}/`,
      numbers: [...directory.numbers, ...match.slice(1)],
      level: level + 1,
    };
    yield* visit(inner, template, visitor);
  }
}

function savedFile(
  directory: Directory,
  entry: Dirent,
  template: NameTemplate,
): SavedFile | undefined {
  const match = template.file.exec(entry.name);
  if (match === null) return undefined;
  const [id = NaN, ...others] = [...directory.numbers, ...match.slice(1, -1)].map(Number);
  if (!Number.isSafeInteger(id) || others.some((other) => other !== id)) return undefined;
  const backup = match.groups?.backup;
  const suffix = backup === undefined ? '' : `.~${backup}~`;
  return {
    name: directory.name + entry.name.slice(0, entry.name.length - suffix.length),
    id,
    backup,
    path: entryOf(directory.path, entry.name),
    isFile: entry.isFile(),
  };
}

/** A directory below that is gone by now, or that we may not read, has no files of ours: we can read those we make. */
function* entriesOf({ path, level }: Directory): Steps<readonly Dirent[]> {
  try {
    return yield* readdir(path);
  } catch (error) {
    if (level > 0 && ['ENOENT', 'EACCES', 'ENOTDIR'].includes(String(codeOf(error)))) return [];
    throw error;
  }
}
