import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { send } from '../../dist/index.js';
import { freePort } from '../../scripts/machine/ports.js';
import { isListening } from '../../scripts/machine/proc.js';
import { start } from '../../scripts/machine/processes.js';
import { until } from '../../scripts/machine/until.js';

/**
 * An upload, and how it ended for its sender.
 *
 * @typedef {object} Upload
 * @property {string} sha256
 * @property {number | undefined} id of its receipt
 * @property {string | undefined} code of its error
 * @property {number} ms until it ended
 */

/** Servers with an own directory each, which share their numbers, and what was sent to them. */
export class Inboxes {
  /** @type {Upload[]} */
  uploads = [];
  /** @type {Inbox[]} */
  servers = [];

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
   * @param {number} port @param {{ retry?: number, most?: number }} [options]
   */
  async upload(port, { retry = 0, most = 20_000 } = {}) {
    const content = randomBytes(16 + Math.floor(Math.random() * most));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const file = join(this.directory, `${sha256}.bin`);
    writeFileSync(file, content);
    const since = performance.now();
    const last = await lastValueFrom(
      send({ host: '127.0.0.1', port, file, receipt: true, retry }),
    ).catch((/** @type {unknown} */ error) => ({ type: 'thrown', error }));
    /** @type {Upload} */
    const upload = {
      sha256,
      id: last.type === 'sent' && 'id' in last ? last.id : undefined,
      code: last.type === 'sent' ? undefined : codeOf(last),
      ms: performance.now() - since,
    };
    this.uploads.push(upload);
    return upload;
  }

  /** Compares the directories with what senders know. Returns what is wrong. */
  faults() {
    /** @type {Map<number, string>} */
    const files = new Map();
    const faults = [];
    for (const { dir } of this.servers)
      for (const name of readdirSync(dir)) {
        const id = Number(/^(\d+)\.file$/.exec(name)?.[1]);
        if (!(id > 0)) faults.push(`there is ${name}`);
        else if (files.has(id)) faults.push(`there are two of number ${id}`);
        files.set(id, hashOf(readFileSync(join(dir, name))));
      }
    const sent = new Set([...this.uploads.map(({ sha256 }) => sha256), hashOf('ERROR')]);
    for (const [id, hash] of files) if (!sent.has(hash)) faults.push(`number ${id} is of nobody`);
    for (const { id, sha256 } of this.uploads)
      if (id !== undefined && files.get(id) !== sha256) faults.push(`number ${id} is lost`);
    return faults;
  }

  stop() {
    return Promise.all(this.servers.map((server) => server.stop()));
  }
}

/** A server, and its directory. */
export class Inbox {
  /** @type {import('../../scripts/machine/processes.js').Running | undefined} */
  running;

  /** @param {string} dir @param {number} port @param {readonly string[]} options @param {Readonly<Record<string, string>>} env */
  constructor(dir, port, options, env) {
    this.dir = dir;
    this.port = port;
    this.options = options;
    this.env = env;
  }

  /** Starts, and prints events. */
  async start() {
    const server = this.run('--events');
    await until(() => server.ended() || server.output().includes('"listening"'), 20_000);
    if (server.ended()) throw new Error(server.output());
  }

  /** @param {string} events the option with another place for them */
  async startWith(events) {
    const server = this.run(events);
    await until(() => server.ended() || isListening(this.port), 20_000);
    if (server.ended()) throw new Error(server.output());
  }

  /** @param {string} events */
  run(events) {
    const args = [String(this.port), this.dir, '--receipt', events, ...this.options];
    return (this.running = startServer(args, this.env));
  }

  /** What it has printed: events, and warnings. */
  output() {
    return this.running?.output() ?? '';
  }

  /** The events of one type. @param {string} type @returns {{ connection: number, id?: number }[]} */
  events(type) {
    const lines = this.output().split('\n');
    return lines
      .filter((line) => line.includes(`"type":"${type}"`))
      .map((line) => JSON.parse(line));
  }

  async kill() {
    await this.running?.end('SIGKILL');
  }

  async stop() {
    return this.running?.end('SIGTERM');
  }
}

/** @param {readonly string[]} args @param {Readonly<Record<string, string>>} env */
export const startServer = (args, env) =>
  start(process.execPath, ['dist/bin/rxdrop-server.js', ...args], { env });

/** @param {string | Buffer} content */
const hashOf = (content) => createHash('sha256').update(content).digest('hex');

/** @param {object} last @returns {string} */
function codeOf(last) {
  const error = 'error' in last ? last.error : undefined;
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : 'UNKNOWN';
}
