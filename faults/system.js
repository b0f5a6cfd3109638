import { childrenOf } from '../scripts/machine/proc.js';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { findProgram } from '../scripts/machine/findProgram.js';

/** @param {...string} words Runs them as a command to its end; what it says when it fails is thrown. */
export function command(...words) {
  const [program = '', ...args] = words;
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = String(/** @type {{ stderr?: string }} */ (error).stderr ?? error).trim();
    throw new Error(`${program} ${args.join(' ')}: ${said}`);
  }
}

/** Debian's own, because its package of FUSE is for that one. */
export const PYTHON = '/usr/bin/python3';

const works = (/** @type {string} */ script) =>
  spawnSync('unshare', ['-mn', 'sh', '-c', script], { stdio: 'ignore' }).status === 0;

/**
 * The needs of a case: programs, which can be installed, and permissions, which a machine may forbid.
 *
 * @type {Record<Need, { programs: string[], library?: Library, works?: () => boolean, what?: string }>}
 */
const NEEDS = {
  root: { programs: [], works: () => process.getuid?.() === 0, what: 'root' },
  strace: {
    programs: ['strace'],
    works: () => spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0,
    what: 'leave to trace',
  },
  prlimit: { programs: ['prlimit'] },
  busybox: { programs: ['busybox'] },
  haproxy: { programs: ['haproxy'] },
  musl: { programs: ['musl-gcc'] },
  pids: {
    programs: ['unshare'],
    works: () => spawnSync('unshare', ['-p', '--fork', 'true']).status === 0,
    what: 'process namespaces',
  },
  cc: { programs: ['cc'] },
  mount: {
    programs: ['unshare', 'mount'],
    works: () => works('mount -t tmpfs none /mnt'),
    what: 'leave to mount',
  },
  loop: {
    programs: ['mkfs.ext4'],
    works: () =>
      works(
        'mount -t tmpfs none /mnt && truncate -s 4M /mnt/image && mkfs.ext4 -q /mnt/image && mkdir /mnt/at && mount -o loop /mnt/image /mnt/at',
      ),
    what: 'loop devices',
  },
  fuse: {
    programs: ['python3'],
    library: {
      name: 'python3-fusepy',
      isInstalled: () => spawnSync(PYTHON, ['-c', 'import fusepy']).status === 0,
    },
    works: () => spawnSync('sh', ['-c', ': <> /dev/fuse']).status === 0,
    what: '/dev/fuse',
  },
  namespaces: {
    programs: ['unshare', 'ip'],
    works: () => works('ip link'),
    what: 'network namespaces',
  },
  iptables: {
    programs: ['iptables'],
    works: () => works('iptables -A INPUT -m statistic --mode random --probability 0.1 -j DROP'),
    what: 'iptables with its statistic module',
  },
  tbf: {
    programs: ['tc'],
    works: () => works('tc qdisc add dev lo root tbf rate 1mbit burst 32kbit latency 400ms'),
    what: 'the tbf queue of tc',
  },
};

/** @typedef {'root' | 'strace' | 'prlimit' | 'busybox' | 'haproxy' | 'musl' | 'pids' | 'cc' | 'mount' | 'loop' | 'fuse' | 'namespaces' | 'iptables' | 'tbf'} Need */

/** @typedef {{ name: string, isInstalled: () => boolean }} Library */

/** @typedef {{ why: string, canBeInstalled: boolean }} Lack */

/** @type {Map<Need, Lack | undefined>} */
const known = new Map();

/** @param {readonly Need[]} needs @returns {Lack | undefined} why they cannot be met */
export function lacking(needs) {
  for (const need of needs) {
    if (!known.has(need)) known.set(need, lackOf(need));
    const lack = known.get(need);
    if (lack !== undefined) return lack;
  }
  return undefined;
}

/** @param {Need} need @returns {Lack | undefined} */
function lackOf(need) {
  const { programs, library, works = () => true, what } = NEEDS[need];
  const absent = programs.filter((program) => findProgram(program) === undefined);
  if (library && !library.isInstalled()) absent.push(library.name);
  if (absent.length > 0)
    return { why: `${absent.join(' and ')} is not installed`, canBeInstalled: true };
  return works() ? undefined : { why: `this machine has no ${what}`, canBeInstalled: false };
}

/**
 * Makes system calls of a running process fail. Resolves once that is active; `stop` ends it.
 *
 * @param {number} pid
 * @param {{ call: string, inject: string, path?: string | undefined }} options `path`: only calls about that file
 */
export async function inject(pid, { call, inject, path }) {
  // The workers of a server make its file calls, if it has any.
  const pids = [pid, ...childrenOf(pid)];
  const strace = spawn(
    'strace',
    [
      ...['-f', ...pids.flatMap((pid) => ['-p', String(pid)]), '-o', '/dev/null'],
      ...['-e', `trace=${call}`, '-e', `inject=${call}:${inject}`],
      ...(path === undefined ? [] : ['-P', path]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = new Promise((resolve) => strace.once('close', resolve));
  await new Promise((resolve) => {
    let said = '';
    strace.stderr.on('data', (/** @type {Buffer} */ more) => {
      said += more.toString();
      if (said.split('attached').length > pids.length) resolve(undefined);
    });
    void gone.then(resolve);
  });
  return {
    async stop() {
      strace.kill('SIGTERM');
      // strace may wait for ever for a thread of a killed process.
      const stuck = setTimeout(() => strace.kill('SIGKILL'), 300);
      await gone;
      clearTimeout(stuck);
    },
  };
}
