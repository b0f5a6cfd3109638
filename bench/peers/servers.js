import { join } from 'node:path';
import { certificateFile, ownCertificate } from '../../scripts/certificates.js';
import { BUFFER } from '../sizes.js';
import { here } from '../tools.js';
import { onNodes } from './onNodes.js';

/**
 * @typedef {object} Serving
 * @property {number} port
 * @property {string} dir
 * @property {boolean | undefined} [fsync]
 * @property {boolean | undefined} [patient] leaves silent connections alone
 */

/**
 * One that receives. It takes connections as they come, or one alone, which goes to its standard output.
 *
 * @typedef {object} ServerPeer
 * @property {string} name
 * @property {string | undefined} missing what has to be installed for it
 * @property {(serving: Serving) => string[]} [serves]
 * @property {(port: number) => string[]} [takesOne]
 * @property {boolean} [fsync] knows how to
 * @property {boolean} [eager] opens a file for a connection that is silent
 * @property {boolean} [forks] starts processes for each connection
 * @property {boolean} [limit] what can be reached, and no competitor
 * @property {boolean} [ours] rxdrop in another way, and no competitor
 * @property {boolean} [few] it takes part in few workloads: `bulk`, `small` and `start`
 */

/**
 * rxdrop, as it is built in a checkout.
 *
 * @param {{ checkout?: string, options?: readonly string[], node?: string }} [how] @returns {ServerPeer}
 */
export const ourServer = ({
  checkout = here('..'),
  options = [],
  node = process.execPath,
} = {}) => ({
  name: 'rxdrop',
  missing: undefined,
  fsync: true,
  serves: ({ port, dir, fsync, patient }) => [
    node,
    join(checkout, 'dist/bin/rxdrop-server.js'),
    ...[`${port}`, dir, '--host', '127.0.0.1'],
    ...(fsync ? ['--fsync'] : []),
    ...(patient ? ['--idle-timeout', '10m'] : []),
    ...options,
  ],
});

export const WITH_WORKERS = 'rxdrop --workers auto';

/**
 * rxdrop in every way that has a row of its own.
 *
 * @param {readonly import('./onNodes.js').OtherNode[]} nodes
 * @param {readonly string[]} [options]
 * @returns {ServerPeer[]}
 */
const ourServers = (nodes, options = []) => [
  ourServer({ options }),
  {
    ...ourServer({ options: [...options, '--workers', 'auto'] }),
    ...{ name: WITH_WORKERS, ours: true, few: true },
  },
  ...onNodes(nodes, (node) => ourServer({ node, options })),
];

/**
 * @param {import('../tools.js').Tools} tools
 * @param {readonly import('./onNodes.js').OtherNode[]} nodes
 * @returns {ServerPeer[]}
 */
export const servers = ({ cc, dropInC, python, nc, ncat, socat }, nodes = []) => [
  ...ourServers(nodes),
  {
    name: 'C',
    missing: cc ? undefined : 'C compiler',
    limit: true,
    fsync: true,
    serves: ({ port, dir, fsync }) => [`${dropInC}`, `${port}`, dir, ...(fsync ? ['fsync'] : [])],
  },
  {
    name: 'C splice',
    missing: cc ? undefined : 'C compiler',
    limit: true,
    fsync: true,
    serves: ({ port, dir, fsync }) => [
      ...[`${dropInC}`, `${port}`, dir, 'splice'],
      ...(fsync ? ['fsync'] : []),
    ],
  },
  {
    name: 'C, one thread',
    missing: cc ? undefined : 'C compiler',
    limit: true,
    few: true,
    serves: ({ port, dir }) => [`${dropInC}`, `${port}`, dir, 'poll'],
  },
  {
    name: 'Python',
    missing: python ? undefined : 'python3',
    fsync: true,
    serves: ({ port, dir, fsync }) => [
      ...[`${python}`, here('peers/drop.py'), `${port}`, dir],
      ...(fsync ? ['fsync'] : []),
    ],
  },
  {
    name: 'Python recv_into',
    missing: python ? undefined : 'python3',
    fsync: true,
    serves: ({ port, dir, fsync }) => [
      ...[`${python}`, here('peers/drop.py'), `${port}`, dir, 'into'],
      ...(fsync ? ['fsync'] : []),
    ],
  },
  {
    name: 'stream.pipeline',
    missing: undefined,
    fsync: true,
    eager: true,
    serves: ({ port, dir, fsync }) => [
      ...[process.execPath, here('peers/pipelineServer.js'), `${port}`, dir],
      ...(fsync ? ['fsync'] : []),
    ],
  },
  {
    name: 'obvious RxJS',
    missing: undefined,
    eager: true,
    serves: ({ port, dir }) => [process.execPath, here('peers/obviousServer.js'), `${port}`, dir],
  },
  {
    name: 'nc',
    missing: nc ? undefined : 'OpenBSD nc',
    takesOne: (port) => [`${nc}`, '-l', '127.0.0.1', `${port}`],
  },
  {
    name: 'ncat',
    missing: ncat ? undefined : 'ncat',
    forks: true,
    takesOne: (port) => [`${ncat}`, '-l', '127.0.0.1', `${port}`, '--recv-only'],
    serves: ({ port, dir }) => [
      ...[`${ncat}`, '-l', '-k', '127.0.0.1', `${port}`, '--max-conns', '1000'],
      ...['--sh-exec', `exec cat >${dir}/$$.file`],
    ],
  },
  {
    name: 'socat',
    missing: socat ? undefined : 'socat',
    forks: true,
    takesOne: (port) => [
      ...[`${socat}`, '-u', '-b', `${BUFFER}`],
      ...[`TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`, 'STDOUT'],
    ],
    serves: ({ port, dir }) => [
      ...[`${socat}`, '-u', '-b', `${BUFFER}`],
      `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,backlog=4096,fork`,
      `SYSTEM:exec cat >${dir}/$$.file`,
    ],
  },
];

const OURS_OVER_TLS = ownCertificate('server');

/**
 * Those that receive over TLS. Each negotiates AES-256-GCM by TLS 1.3.
 *
 * @param {import('../tools.js').Tools} tools
 * @param {readonly import('./onNodes.js').OtherNode[]} nodes
 * @returns {ServerPeer[]}
 */
export const tlsServers = ({ python, socat }, nodes = []) => [
  ...ourServers(nodes, OURS_OVER_TLS),
  {
    name: 'Python',
    missing: python ? undefined : 'python3',
    serves: ({ port, dir }) => [
      ...[`${python}`, here('peers/drop.py'), `${port}`, dir, 'into'],
      `tls=${certificateFile('server.pem')},${certificateFile('server.key')}`,
    ],
  },
  {
    name: 'socat',
    missing: socat ? undefined : 'socat',
    takesOne: (port) => [
      ...[`${socat}`, '-u', '-b', `${BUFFER}`],
      `OPENSSL-LISTEN:${port},bind=127.0.0.1,reuseaddr,verify=0,cert=${certificateFile('server.pem')},key=${certificateFile('server.key')}`,
      'STDOUT',
    ],
  },
];

/**
 * Those that answer with the length and the SHA-256 of what they have saved.
 *
 * @param {import('../tools.js').Tools} tools
 * @param {readonly import('./onNodes.js').OtherNode[]} nodes
 * @returns {ServerPeer[]}
 */
export const receiptServers = ({ python }, nodes = []) => [
  ...ourServers(nodes, ['--receipt']),
  {
    name: 'Python',
    missing: python ? undefined : 'python3',
    serves: ({ port, dir }) => [
      ...[`${python}`, here('peers/drop.py'), `${port}`, dir, 'into', 'sha256'],
    ],
  },
];
