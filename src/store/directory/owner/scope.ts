import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The scope of the lock of a directory. Servers in one scope exclude each other; servers in two scopes do not
 * see each other. On Linux, the scope is a network namespace of the running kernel; elsewhere, the machine.
 */
export function scopeOf(): string {
  const kernel = valueOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = valueOf(() => readlinkSync('/proc/self/ns/net'));
  return kernel && namespace ? scopeOn(kernel, namespace) : scopeOfHost(hostname());
}

/** @param kernel a random UUID @param namespace its inode: `net:[4026531833]` */
function scopeOn(kernel: string, namespace: string): string {
  const random = Number.parseInt(kernel.trim().slice(-12), 16);
  const inode = Number.parseInt(namespace.replace(/\D/g, ''), 10);
  return ((random + inode) % 2 ** 48).toString(16).padStart(12, '0');
}

/** Node's cryptography takes milliseconds to load, which a start on Linux saves. */
const scopeOfHost = (name: string): string =>
  process
    .getBuiltinModule('node:crypto')
    .createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, 12);

function valueOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
