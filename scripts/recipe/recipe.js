/**
 * Runs a page of `docs/recipes` as its reader does: saves the files that it shows and pastes its `sh` blocks one after
 * the other, in a directory of their own, with the programs as they are built. A block whose first line is a comment
 * with a name is the file of that name. Ports are replaced by free ones.
 */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { freePort } from '../machine/ports.js';
import { isListening } from '../machine/proc.js';
import { Shell } from './shell.js';
import { until } from './until.js';

/** The ports that pages use. */
const PORTS = [5000, 6000, 8080, 9000, 9090];

/**
 * @param {string} name of the page
 * @param {Readonly<Record<string, string>>} [standIns] shell scripts in the place of programs, by name
 */
export async function openRecipe(name, standIns = {}) {
  const text = readFileSync(join('docs', 'recipes', `${name}.md`), 'utf8');
  /** @type {Map<number, number>} */
  const ports = new Map();
  for (const port of PORTS) ports.set(port, await freePort());
  const directory = mkdtempSync(join(tmpdir(), 'rxdrop-recipe-'));
  const programs = join(directory, '.programs');
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, 'node'));
  for (const program of ['rxdrop-server', 'rxdrop-client'])
    symlinkSync(resolve('dist', 'bin', `${program}.js`), join(programs, program));
  for (const [program, script] of Object.entries(standIns)) {
    writeFileSync(join(programs, program), `#!/bin/sh\n${script}`);
    chmodSync(join(programs, program), 0o755);
  }
  return new Recipe(name, text, ports, directory, programs);
}

/** A page that is being followed. */
export class Recipe {
  /** Of the files that the page shows, and of those that its commands make. */
  directory;
  #name;
  #ports;
  #environment;
  /** @type {readonly string[]} */
  #blocks;
  #next = 0;
  /** @type {Shell[]} */
  #shells = [];

  /**
   * @param {string} name
   * @param {string} text
   * @param {ReadonlyMap<number, number>} ports
   * @param {string} directory
   * @param {string} programs
   */
  constructor(name, text, ports, directory, programs) {
    this.#name = name;
    this.#ports = ports;
    this.directory = directory;
    this.#environment = {
      HOME: directory,
      PATH: [programs, process.env.PATH].join(delimiter),
    };
    for (const { file, code } of blocksOf(text))
      if (file !== undefined) this.write(file, this.#withPorts(code));
    this.#blocks = blocksOf(text)
      .filter(({ file, language }) => file === undefined && language === 'sh')
      .map(({ code }) => this.#withPorts(code));
  }

  /** @param {number} port of the page @returns {number} the free one in its place */
  port(port) {
    const free = this.#ports.get(port);
    if (free === undefined) throw new Error(`${port} is not in the list PORTS`);
    return free;
  }

  /**
   * Pastes the next block, and waits for its end.
   *
   * @returns {Promise<import('./shell.js').Ended>}
   */
  run() {
    return this.#paste().ended;
  }

  /**
   * Pastes the next block into a shell of its own, and waits until it listens on a port of the page.
   *
   * @param {number} port
   */
  async serve(port) {
    const shell = this.#paste();
    await until(() => isListening(this.port(port)) || shell.status !== undefined);
    if (shell.status !== undefined)
      throw new Error(`${this.#name}: ended with ${shell.status}: ${shell.stderr}`);
    return shell;
  }

  /** Has the next call paste the last block once more. */
  again() {
    this.#next--;
  }

  /** @param {string} file of the directory */
  read(file) {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  /** @param {string} file of the directory @param {string | Uint8Array} content */
  write(file, content) {
    const path = join(this.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** How many blocks of the page have not been pasted. */
  get left() {
    return this.#blocks.length - this.#next;
  }

  /** Ends everything that runs, and removes the directory. */
  async close() {
    for (const shell of this.#shells) shell.kill('SIGKILL');
    await Promise.all(this.#shells.map(({ ended }) => ended));
    rmSync(this.directory, { recursive: true, force: true });
  }

  #paste() {
    const block = this.#blocks[this.#next++];
    if (block === undefined) throw new Error(`${this.#name}: the page has no further sh block`);
    const shell = new Shell(block, this.directory, this.#environment);
    this.#shells.push(shell);
    return shell;
  }

  /** @param {string} text */
  #withPorts(text) {
    return [...this.#ports].reduce(
      (replaced, [port, free]) => replaced.replace(new RegExp(`\\b${port}\\b`, 'g'), String(free)),
      text,
    );
  }
}

/** @param {string} text of a page */
const blocksOf = (text) =>
  [...text.matchAll(/^```(?<language>\w*)\n(?<code>.*?)^```/gms)].map(({ groups }) => {
    const { language = '', code = '' } = groups ?? {};
    return { language, code, file: /^(?:#|\/\/) (?<file>\S+)\n/.exec(code)?.groups?.file };
  });
