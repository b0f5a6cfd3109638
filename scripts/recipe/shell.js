import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A shell that runs a block. */
export class Shell {
  stdout = '';
  stderr = '';
  /** @type {number | undefined} once it has ended */
  status;
  /** @type {Promise<Ended>} */
  ended;
  #child;

  /** @param {string} block @param {string} cwd @param {NodeJS.ProcessEnv} env */
  constructor(block, cwd, env) {
    // As at a prompt, Ctrl-C ends what the shell runs, and not the shell.
    this.#child = spawn('sh', ['-ec', `trap : INT\n${block}`], {
      ...{ cwd, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      this.stdout += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      this.stderr += text;
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      this.status = code ?? -1;
      return { status: code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Ends it as Ctrl-C does. */
  stop() {
    this.kill('SIGINT');
    return this.ended;
  }

  /** @param {NodeJS.Signals} signal to it and to everything that it has started */
  kill(signal) {
    try {
      process.kill(-(this.#child.pid ?? NaN), signal);
    } catch {
      // All of it has ended.
    }
  }
}

/**
 * How a shell has ended.
 *
 * @typedef {object} Ended
 * @property {number | null} status
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout
 * @property {string} stderr
 */
