import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../scripts/machine/findProgram.js';

/**
 * The programs that the benchmark needs of the machine, and what is compiled for it.
 *
 * @param {string} dir where to compile to
 */
export function tools(dir) {
  const cc = findProgram('cc') ?? findProgram('gcc') ?? findProgram('clang');
  const python = realPython();
  const nc = findProgram('nc');

  /** @param {string} source @param {string[]} [libraries] @returns {string | undefined} */
  const compiled = (source, libraries = []) => {
    if (cc === undefined) return undefined;
    const program = join(dir, source.replace(/^.*\/(.*)\.c$/, '$1'));
    const args = ['-O2', '-pthread', '-o', program, here(source), ...libraries];
    const { status, stderr } = spawnSync(cc, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${source} does not compile: ${stderr}`);
    return program;
  };

  /** @param {string} name @returns {readonly string[]} in C, or else in Python */
  const ours = (name) => {
    const program = compiled(`load/${name}.c`);
    if (program !== undefined) return [program];
    if (python === undefined) throw new Error('the benchmark needs a C compiler or python3');
    return [python, here(`load/${name}.py`)];
  };

  /** In C if the headers of OpenSSL are there, or else in Python. @returns {readonly string[] | undefined} */
  const overTls = () => {
    try {
      const program = compiled('load/load_tls.c', ['-lssl', '-lcrypto']);
      if (program !== undefined) return [program];
    } catch {
      // It needs OpenSSL's headers.
    }
    return python === undefined ? undefined : [python, here('load/load_tls.py')];
  };

  return {
    meter: ours('meter'),
    load: ours('load'),
    loadTls: overTls(),
    hold: ours('hold'),
    sink: ours('sink'),
    dropInC: compiled('peers/drop.c'),
    sendInC: compiled('peers/send.c'),
    cc,
    python,
    nc: nc !== undefined && isOpenBsd(nc) ? nc : undefined,
    ncat: findProgram('ncat'),
    socat: findProgram('socat'),
  };
}

/** @typedef {ReturnType<typeof tools>} Tools */

/** @param {string} path within bench */
export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The interpreter itself: version managers put a slow script before it. */
function realPython() {
  const python = findProgram('python3');
  if (python === undefined) return undefined;
  return spawnSync(python, ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).stdout.trim();
}

/** Others of that name take other options. */
const isOpenBsd = (/** @type {string} */ nc) =>
  spawnSync(nc, ['-h'], { encoding: 'utf8' }).stderr.includes('OpenBSD');
