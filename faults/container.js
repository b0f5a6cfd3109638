import { chmodSync, cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './system.js';

/** A name that is only in the container's own `/etc/hosts`. */
export const NAME = 'server.test';

/** The needs of a case in a container. */
export const NEEDS = /** @type {const} */ (['root', 'mount', 'busybox']);

/**
 * The root file system of a small container: BusyBox, Node and this package, `/dev`, and the directory of the
 * round, each at the path that it has outside. It has no `getent`, and nothing else of Debian's programs.
 * Returns the command that runs a program in it.
 *
 * @param {import('./stage.js').Stage} here
 * @param {object} [options]
 * @param {'new' | 'old'} [options.getent] Alpine's, as it is now or as it was
 * @param {'shared' | 'own' | 'none'} [options.proc] `own`: the program is PID 1
 * @param {boolean} [options.readOnly] nothing but FILE-DIR can be written
 * @param {boolean} [options.nobody] not as root, but as the owner of FILE-DIR
 * @returns {string[]}
 */
export function container(
  here,
  { getent, proc = 'shared', readOnly = false, nobody = false } = {},
) {
  const image = join(here.root, 'image');
  const at = (/** @type {string} */ path) => join(image, path);
  fill(image);
  if (getent) alpineGetent(at('/usr/bin/getent'), getent);
  chmodSync(here.root, 0o755);
  if (nobody) command('chown', NOBODY, here.dir);

  const access = readOnly ? 'bind,ro' : 'bind';
  const mounts = [
    ['-o', 'rbind', '/dev', at('/dev')],
    ...(proc === 'shared' ? [['-o', 'rbind', '/proc', at('/proc')]] : []),
    ...(proc === 'own' ? [['-t', 'proc', 'proc', at('/proc')]] : []),
    ['-o', access, process.execPath, file(at(process.execPath))],
    ['-o', access, PACKAGE, folder(at(PACKAGE))],
    ['-o', access, here.root, folder(at(here.root))],
    ...(readOnly ? [['-o', 'bind', here.dir, at(here.dir)]] : []),
  ];
  const script = [
    `mount -o bind ${image} ${image}`,
    ...mounts.map((words) => `mount ${words.map((word) => `'${word}'`).join(' ')}`),
    ...(readOnly ? [`mount -o remount,bind,ro ${image}`] : []),
    `exec chroot ${nobody ? `--userspec=${NOBODY} --groups=` : ''} ${image} env ${ENVIRONMENT} "$@"`,
  ];
  const spaces = proc === 'own' ? ['-m', '-p', '--fork', '--kill-child'] : ['-m'];
  return ['unshare', ...spaces, 'sh', '-c', script.join(' && '), 'sh'];
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const NOBODY = '65534:65534';
/** As in an image without a place for temporary files, or certificates. */
const ENVIRONMENT = '-u NODE_EXTRA_CA_CERTS PATH=/usr/bin:/bin HOME=/nowhere TMPDIR=/nowhere';

/** @param {string} image */
function fill(image) {
  const at = (/** @type {string} */ path) => join(image, path);
  for (const path of ['bin', 'dev', 'etc', 'proc', 'usr/bin']) folder(at(path));
  const busybox = command('sh', '-c', 'command -v busybox').trim();
  for (const path of [busybox, ...libraries(busybox), ...libraries(process.execPath)])
    cpSync(realpathSync(path), file(at(path === busybox ? '/bin/busybox' : path)));
  for (const applet of command(busybox, '--list').trim().split('\n'))
    if (applet !== 'busybox') symlinkSync('busybox', at(join('bin', applet)));
  writeFileSync(at('etc/passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
  writeFileSync(at('etc/hosts'), `127.0.0.1 localhost ${NAME}\n::1 localhost\n`);
  writeFileSync(at('etc/resolv.conf'), 'nameserver 127.0.0.99\n');
}

/** @param {string} program Where the system's loader finds what it is linked to, and the loader itself. */
const libraries = (program) =>
  [...command('ldd', program).matchAll(/(?:=> |^\s+)(\/\S+)/gm)].map(([, path = '']) => path);

/** @param {string} path @param {'new' | 'old'} age */
function alpineGetent(path, age) {
  const source = fileURLToPath(new URL('getent.c', import.meta.url));
  const define = age === 'old' ? ['-DOLD'] : [];
  command('musl-gcc', '-static', '-D_GNU_SOURCE', ...define, '-o', path, source);
}

/** @param {string} path */
function folder(path) {
  mkdirSync(path, { recursive: true });
  return path;
}

/** @param {string} path A place where a file can be mounted, or copied to. */
function file(path) {
  folder(dirname(path));
  writeFileSync(path, '');
  return path;
}
