import { isListening } from '../../scripts/machine/proc.js';
import { start } from '../../scripts/machine/processes.js';
import { until } from '../../scripts/machine/until.js';

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
