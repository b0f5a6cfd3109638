import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The scope of the lock of a directory. Servers in one scope exclude each other; servers in two scopes do not
 * see each other. On Linux, the scope is a network namespace of the running kernel; elsewhere, the machine.
 */
export function scopeOf(): string {
  const kernel = valueOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = valueOf(() => readlinkSync('/proc/self/ns/net'));
  const scope = kernel && namespace ? kernel + namespace : hostname();
  return createHash('sha256').update(scope).digest('hex').slice(0, 12);
}

function valueOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
