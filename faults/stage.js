import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client } from './client.js';
import { Ledger } from './ledger.js';
import { startServer } from './server.js';
import { command } from './system.js';
import { until } from './until.js';
import { plainUpload } from './plainUpload.js';

/**
 * The environment of one round: its own directory, a ledger, and the work that is undone afterwards.
 *
 * @param {number} round
 */
export function stage(round) {
  const root = mkdtempSync(join(tmpdir(), 'rxdrop-faults-'));
  const ledger = new Ledger();
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const notes = [];
  /** @type {(() => unknown)[]} */
  const undos = [() => rmSync(root, { recursive: true, force: true })];
  /** @type {import('./server.js').Server | undefined} */
  let server;
  let dir = join(root, 'inbox');
  mkdirSync(dir);

  const here = {
    round,
    root,
    ledger,
    faults,
    notes,
    get dir() {
      return dir;
    },
    set dir(path) {
      dir = path;
    },
    /** @param {boolean} holds @param {string} otherwise what is wrong if it does not hold */
    expect(holds, otherwise) {
      if (!holds) faults.push(otherwise);
    },
    /** @param {() => unknown} undo run afterwards, the last one first */
    finally(undo) {
      undos.push(undo);
    },
    /** @param {Partial<import('./server.js').ServerOptions>} [options] */
    async start(options = {}) {
      const started = await startServer({ dir, ...options });
      server = started;
      undos.push(() => {
        if (!started.hasEnded()) started.signal('SIGKILL');
        return started.gone;
      });
      return started;
    },
    /** @param {import('./server.js').Server} victim */
    async kill(victim) {
      ledger.kill();
      victim.signal('SIGKILL');
      await victim.gone;
    },
    /** @param {import('./plainUpload.js').UploadOptions} options */
    upload: (options) => plainUpload(ledger, options),
    /** @param {Omit<Parameters<typeof client>[1], 'scratch'>} options */
    client: (options) => client(ledger, { scratch: root, ...options }),
    /** @param {string} options of a tmpfs */
    tmpfs(options) {
      const at = join(root, 'small');
      mkdirSync(at);
      command('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', at);
      undos.push(() => command('umount', '-l', at));
      dir = join(at, 'inbox');
      mkdirSync(dir);
      return at;
    },
    /** The absolute paths of the temporary files that exist now. */
    temporaries: () =>
      readdirSync(dir)
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dir, name)),

    /**
     * Stops all programs, and compares the files, also after one more start.
     */
    async settle() {
      await until(() => ledger.isComplete(dir), 10_000);
      if (server && !server.hasEnded()) {
        faults.push(...(await server.burden()), ...(await server.stop()));
      }
      const before = ledger.check(dir);
      const again = await startServer({ dir, args: ['--continue'] });
      faults.push(...(await again.stop()));
      const after = ledger.check(dir);
      if (after.saved + after.errors !== before.saved + before.errors)
        faults.push('one more start changes the files');
      faults.push(...after.faults);
      return after;
    },
    async undo() {
      for (const undo of undos.reverse()) {
        try {
          await undo();
        } catch (error) {
          faults.push(`cannot be undone: ${String(error)}`);
        }
      }
    },
  };
  return here;
}

/** @typedef {ReturnType<typeof stage>} Stage */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} title what is done
 * @property {number} rounds
 * @property {readonly import('./system.js').Need[]} [needs]
 * @property {(stage: Stage) => Promise<void>} play one round
 * @property {boolean} [oneProcess] what it does to the server works only if the server receives itself
 * @property {boolean} [unsettled] the directory is gone or the ledger is checked by the case itself
 */
