import type { ServeIntoDirectory } from '../serveOptions.js';
import { UsageError } from './usageError.js';

/** The object storage that a command line asks for. */
export interface StoreCommand {
  readonly url: string;
  readonly confirmAt: 'engine' | 'spool' | undefined;
}

interface StoreWords {
  readonly store: string | undefined;
  readonly confirmAt: 'engine' | 'spool' | undefined;
}

/** Throws UsageError for options that have no meaning with it, or without it. */
export function storeCommand(
  { store, confirmAt }: StoreWords,
  serving: Partial<ServeIntoDirectory>,
): { readonly store?: StoreCommand } {
  if (store === undefined) {
    if (confirmAt !== undefined) throw new UsageError('--confirm-at: requires --store');
    return {};
  }
  for (const [name, option] of Object.entries(UNSUPPORTED))
    if (serving[name as keyof typeof UNSUPPORTED] !== undefined)
      throw new UsageError(`--store: ${option} needs the files in a directory`);
  if (serving.workers !== undefined && serving.workers !== 1)
    throw new UsageError('--store: --workers needs the files in a directory');
  return { store: { url: store, confirmAt } };
}

const UNSUPPORTED = {
  exec: '--exec',
  maxTotal: '--max-total',
  maxFiles: '--max-files',
} as const;
