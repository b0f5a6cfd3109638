import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { send } from '../../dist/index.js';
import { freePort } from '../../scripts/machine/ports.js';
import { compare, hashOf } from './compare.js';
import { Inbox } from './inbox.js';

/** Servers with an own directory each, which share their numbers, and what was sent to them. */
export class Inboxes {
  /** @type {import('./compare.js').Upload[]} */
  uploads = [];
  /** @type {Inbox[]} */
  servers = [];
  /** @type {import('../../scripts/machine/processes.js').Running | undefined} what stands before the servers */
  proxy;

  /**
   * @param {string} directory
   * @param {string} ids the URL of the engine
   * @param {Readonly<Record<string, string>>} env
   */
  constructor(directory, ids, env) {
    this.directory = directory;
    this.ids = ids;
    this.env = env;
  }

  /** @param {readonly string[]} [options] @param {number} [givenPort] */
  async add(options = [], givenPort) {
    const port = givenPort ?? (await freePort());
    const dir = join(this.directory, `inbox-${this.servers.length + 1}`);
    mkdirSync(dir, { recursive: true });
    const inbox = new Inbox(dir, port, ['--ids', this.ids, ...options], this.env);
    this.servers.push(inbox);
    await inbox.start();
    return inbox;
  }

  /**
   * Sends a file that nobody else sends, with a receipt.
   *
   * @param {number} port @param {{ retry?: number, size?: number | undefined }} [options]
   */
  async upload(port, { retry = 0, size = 16 + Math.floor(Math.random() * 20_000) } = {}) {
    const content = randomBytes(size);
    const file = join(this.directory, `${randomUUID()}.bin`);
    writeFileSync(file, content);
    const since = performance.now();
    let attempts = 1;
    const last = await lastValueFrom(
      send({ host: '127.0.0.1', port, file, receipt: true, retry }).pipe(
        tap(({ type }) => {
          if (type === 'retrying') attempts++;
        }),
      ),
    ).catch((/** @type {unknown} */ error) => ({ type: 'thrown', error }));
    /** @type {import('./compare.js').Upload} */
    const upload = {
      sha256: hashOf(content),
      id: last.type === 'sent' && 'id' in last ? last.id : undefined,
      code: last.type === 'sent' ? undefined : codeOf(last),
      attempts,
      ms: performance.now() - since,
    };
    rmSync(file);
    this.uploads.push(upload);
    return upload;
  }

  /** The files in all directories. @returns {import('./compare.js').SavedFile[]} */
  files() {
    return this.servers.flatMap(({ dir }) =>
      readdirSync(dir).map((name) => ({ name, sha256: hashOf(readFileSync(join(dir, name))) })),
    );
  }

  /** Compares the directories with what senders know. Returns what is wrong. */
  faults() {
    return compare(this.uploads, this.files());
  }

  /** Ends everything. Resolves with the statuses of the servers. */
  async stop() {
    const statuses = await Promise.all(this.servers.map((server) => server.stop()));
    await this.proxy?.end('SIGKILL');
    return statuses;
  }
}

/** @param {object} last @returns {string} */
function codeOf(last) {
  const error = 'error' in last ? last.error : undefined;
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : 'UNKNOWN';
}
