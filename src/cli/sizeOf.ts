import { statSync } from 'node:fs';
import type { Path } from '../node/pathText.js';
import { isDash } from '../node/standardInput.js';

/**
 * Returns the bytes of a file: none if it cannot be sent anyway, and `undefined` for standard input, FIFOs and devices.
 */
export function sizeOf(file: Path): number | undefined {
  if (isDash(file)) return undefined;
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) return 0;
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return 0;
  }
}
