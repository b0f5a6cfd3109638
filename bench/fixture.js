import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from '../scripts/machine/temporaryDirectory.js';
import { metered } from './metered.js';
import { freeSpace, isInMemory, openFilesLimit } from './machine.js';
import { GiB, MiB, QUICK } from './sizes.js';
import { tools } from './tools.js';

/**
 * The directories, the file to send, and the programs. All of it is removed when the process ends.
 *
 * @param {object} options
 * @param {import('./sizes.js').Sizes} options.sizes
 * @param {string} options.disk
 * @param {readonly import('./peers/onNodes.js').OtherNode[]} [options.nodes] other versions of Node
 */
export function fixture({ sizes, disk, nodes = [] }) {
  /** @type {string[]} what a reader of the figures has to know */
  const notes = [];
  const memory = existsSync('/dev/shm') && isInMemory('/dev/shm') ? '/dev/shm' : tmpdir();
  if (memory !== '/dev/shm') notes.push(`no /dev/shm: files are sent from and saved in ${memory}`);
  // The file to send, the received files, and a margin.
  if (freeSpace(memory) < 2.5 * sizes.stream) {
    sizes = QUICK;
    notes.push(`${memory} has no room for the full sizes: these are those of --quick`);
  }

  const root = temporaryDirectory('bench', memory);
  // A tmpfs may be mounted with `noexec`.
  const programs = temporaryDirectory('bench');
  const onDisk = isInMemory(disk) ? undefined : temporaryDirectory('bench-disk', disk);

  const there = tools(programs);
  const source = join(root, 'source');
  fill(source, sizes.stream);
  const oneKiB = join(root, 'one-KiB');
  fill(oneKiB, 1024);

  let runs = 0;
  return {
    sizes,
    notes,
    nodes,
    tools: there,
    source,
    oneKiB,
    openFiles: openFilesLimit(),
    disk: onDisk !== undefined && freeSpace(onDisk) > 2 * GiB ? onDisk : undefined,

    /** @param {import('./metered.js').Command} command */
    start: (command) => metered(there.meter, command),

    /**
     * A fresh directory for one run, removed after it, so that memory does not fill.
     *
     * @template T
     * @param {(dir: string) => Promise<T>} use
     * @param {string} [base]
     */
    async inDirectory(use, base = root) {
      const dir = join(base, `in-${++runs}`);
      mkdirSync(dir);
      try {
        return await use(dir);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}

/** @typedef {ReturnType<typeof fixture>} Fixture */

/** @param {string} path @param {number} size Random bytes, so that no two parts are the same. */
function fill(path, size) {
  const fd = openSync(path, 'w');
  const block = Buffer.allocUnsafe(Math.min(size, 16 * MiB));
  for (let left = size; left > 0; left -= block.length) {
    writeSync(fd, randomFillSync(block), 0, Math.min(left, block.length));
  }
  closeSync(fd);
}
