import { BUFFER } from '../sizes.js';
import { here } from '../tools.js';
import { onNodes } from './onNodes.js';

/**
 * One that sends a file to 127.0.0.1.
 *
 * @typedef {object} ClientPeer
 * @property {string} name
 * @property {string | undefined} missing what has to be installed for it
 * @property {(port: number, file: string) => string[]} sends
 * @property {boolean} [fromInput] reads the file from its standard input
 * @property {boolean} [limit] what can be reached, and no competitor
 * @property {boolean} [ours] rxdrop in another way, and no competitor
 */

/** @param {string} [node] @returns {ClientPeer} */
const ourClient = (node = process.execPath) => ({
  name: 'rxdrop',
  missing: undefined,
  sends: (port, file) => [
    ...[node, here('../dist/bin/rxdrop-client.js')],
    ...['127.0.0.1', `${port}`, file],
  ],
});

/**
 * @param {import('../tools.js').Tools} tools
 * @param {readonly import('./onNodes.js').OtherNode[]} nodes
 * @returns {ClientPeer[]}
 */
export const clients = ({ cc, sendInC, python, nc, ncat, socat }, nodes = []) => [
  ourClient(),
  ...onNodes(nodes, ourClient),
  {
    name: 'C',
    missing: cc ? undefined : 'C compiler',
    limit: true,
    sends: (port, file) => [`${sendInC}`, `${port}`, file],
  },
  {
    name: 'Python',
    missing: python ? undefined : 'python3',
    sends: (port, file) => [`${python}`, here('peers/send.py'), `${port}`, file, 'sendall'],
  },
  {
    name: 'Python sendfile',
    missing: python ? undefined : 'python3',
    sends: (port, file) => [`${python}`, here('peers/send.py'), `${port}`, file, 'sendfile'],
  },
  {
    name: 'stream.pipeline',
    missing: undefined,
    sends: (port, file) => [process.execPath, here('peers/pipelineClient.js'), `${port}`, file],
  },
  {
    name: 'nc',
    missing: nc ? undefined : 'OpenBSD nc',
    fromInput: true,
    sends: (port) => [`${nc}`, '-N', '127.0.0.1', `${port}`],
  },
  {
    name: 'ncat',
    missing: ncat ? undefined : 'ncat',
    fromInput: true,
    sends: (port) => [`${ncat}`, '--send-only', '127.0.0.1', `${port}`],
  },
  {
    name: 'socat',
    missing: socat ? undefined : 'socat',
    sends: (port, file) => [
      ...[`${socat}`, '-u', '-b', `${BUFFER}`, `FILE:${file}`, `TCP:127.0.0.1:${port}`],
    ],
  },
];
