import { execFileSync, spawn, spawnSync } from 'node:child_process';

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

/** @param {string} name */
const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

const works = (/** @type {string} */ script) =>
  spawnSync('unshare', ['-mn', 'sh', '-c', script], { stdio: 'ignore' }).status === 0;

/** What a case may need, and why it cannot be had here, if so. */
const NEEDS = {
  root: () => (process.getuid?.() === 0 ? undefined : 'needs root'),
  strace: () =>
    has('strace') && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0
      ? undefined
      : 'needs strace, and leave to trace',
  prlimit: () => (has('prlimit') ? undefined : 'needs prlimit'),
  cc: () => (has('cc') ? undefined : 'needs a C compiler'),
  mount: () => (works('mount -t tmpfs none /mnt') ? undefined : 'needs leave to mount'),
  loop: () => (has('losetup') && has('mkfs.ext4') ? undefined : 'needs losetup and mkfs.ext4'),
  namespaces: () => (works('ip link') ? undefined : 'needs network namespaces'),
  iptables: () =>
    works('iptables -A INPUT -m statistic --mode random --probability 0.1 -j DROP')
      ? undefined
      : 'needs iptables with its statistic module',
  tbf: () =>
    works('tc qdisc add dev lo root tbf rate 1mbit burst 32kbit latency 400ms')
      ? undefined
      : 'needs tc with tbf',
  faketime: () => (has('faketime') ? undefined : 'needs faketime'),
};

/** @typedef {keyof typeof NEEDS} Need */

/** @type {Map<Need, string | undefined>} */
const known = new Map();

/** @param {readonly Need[]} needs @returns {string | undefined} why they cannot be met */
export function lacking(needs) {
  for (const need of needs) {
    if (!known.has(need)) known.set(need, NEEDS[need]());
    const why = known.get(need);
    if (why !== undefined) return why;
  }
  return undefined;
}

/**
 * Has the system calls of a running process fail. Resolves once that is so; `stop` ends it.
 *
 * @param {number} pid
 * @param {{ call: string, inject: string, path?: string | undefined }} options `path`: only calls about that file
 */
export async function inject(pid, { call, inject, path }) {
  const strace = spawn(
    'strace',
    [
      ...['-f', '-p', String(pid), '-o', '/dev/null'],
      ...['-e', `trace=${call}`, '-e', `inject=${call}:${inject}`],
      ...(path === undefined ? [] : ['-P', path]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = new Promise((resolve) => strace.once('close', resolve));
  await new Promise((resolve) => {
    strace.stderr.on('data', (/** @type {Buffer} */ said) => {
      if (said.includes('attached')) resolve(undefined);
    });
    void gone.then(resolve);
  });
  return {
    async stop() {
      strace.kill('SIGTERM');
      // It may wait for ever for a thread of a process that it has had killed.
      const stuck = setTimeout(() => strace.kill('SIGKILL'), 300);
      await gone;
      clearTimeout(stuck);
    },
  };
}
