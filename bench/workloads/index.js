import { clients } from '../peers/clients.js';
import { receiptServers, servers, tlsServers, WITH_WORKERS } from '../peers/servers.js';
import { counted, inWords } from '../sizes.js';
import { idle } from './idle.js';
import { oneFile } from './oneFile.js';
import { sending } from './sending.js';
import { silent } from './silent.js';
import { starting } from './starting.js';
import { upload } from './upload.js';

const PAGE_BYTES = 4096;

/** What a process has open beside its connections, amply. */
const SPARE_FILES = 200;

/**
 * All workloads that this machine can run. The fixture's notes list the others.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @returns {import('./workload.js').Workload<any>[]}
 */
export function workloads(fixture) {
  const { stream, bulk, small, idle: silently, scale } = fixture.sizes;
  const { notes, openFiles } = fixture;
  const everyServer = installed(servers(fixture.tools, fixture.nodes), notes);
  const server = everyServer.filter(({ few }) => !few);
  const client = installed(clients(fixture.tools, fixture.nodes), notes);

  const overTls = installed(tlsServers(fixture.tools, fixture.nodes), notes);
  const receipts = installed(receiptServers(fixture.tools, fixture.nodes), notes);

  /** @param {number} files @param {string} what */
  const canOpen = (files, what) => {
    const can = openFiles >= files + SPARE_FILES;
    if (!can) notes.push(`left out: ${what}, because ${openFiles} open files are allowed`);
    return can;
  };
  if (server.some(({ serves, forks }) => serves && forks)) {
    notes.push('small: those that start a process for each connection get a tenth of the files');
  }
  const bulkOf = `${bulk.streams} × ${inWords(bulk.size)} at once`;
  const holders = server
    .filter(({ serves, forks }) => serves && !forks)
    .filter(({ name }) => name !== 'C splice');

  const all = [
    upload(fixture, {
      name: 'stream',
      title: `one stream of ${inWords(stream)}`,
      peers: server,
      senders: 1,
      size: stream,
      oneEach: true,
    }),
    upload(fixture, {
      name: 'bulk',
      title: bulkOf,
      peers: everyServer,
      senders: bulk.streams,
      size: bulk.size,
      oneEach: true,
    }),
    upload(fixture, {
      name: 'small',
      title: `${counted(small.senders * small.count)} files of ${inWords(small.size)} from ${small.senders} senders, after ${counted(small.senders * small.first)}`,
      peers: everyServer.filter(({ serves }) => serves),
      ...small,
      small: true,
    }),
    upload(fixture, {
      name: 'receipt',
      title: `${bulkOf}, with receipts`,
      peers: receipts,
      against: ['Python'],
      senders: bulk.streams,
      size: bulk.size,
    }),
    starting(fixture, everyServer),
    sending(fixture, client),
    oneFile(fixture, client),
  ];

  if (fixture.tools.loadTls) {
    const tls = { against: ['Python', 'socat'], oneEach: true, tls: true };
    all.push(
      upload(fixture, {
        ...tls,
        name: 'tls-stream',
        title: `one stream of ${inWords(stream)} over TLS`,
        peers: overTls.filter(({ name }) => name !== WITH_WORKERS),
        senders: 1,
        size: stream,
      }),
      upload(fixture, {
        ...tls,
        name: 'tls-bulk',
        title: `${bulkOf}, over TLS`,
        peers: overTls,
        senders: bulk.streams,
        size: bulk.size,
      }),
    );
  } else notes.push('left out: TLS, because there is no python3 to send it');

  if (canOpen(silently, `${counted(silently)} idle connections`)) {
    const able = holders.filter(
      ({ name, eager }) =>
        !eager || canOpen(2 * silently, `${name} with ${counted(silently)} idle connections`),
    );
    all.push(idle(fixture, able));
    all.push(
      silent(
        fixture,
        server.filter(({ name }) => name === 'rxdrop'),
      ),
    );
  }
  if (fixture.disk !== undefined) {
    all.push(
      upload(fixture, {
        name: 'fsync',
        title: `${bulkOf}, with fsync on a disk`,
        peers: server.filter(({ fsync }) => fsync),
        senders: bulk.streams,
        size: bulk.size,
        fsync: true,
        base: fixture.disk,
        rounds: 3,
      }),
    );
  } else notes.push('left out: fsync, because no disk has room for it; --disk DIR names one');

  for (const connections of scale) {
    if (!canOpen(2 * connections, `${counted(connections)} connections at once`)) continue;
    all.push(
      upload(fixture, {
        name: `scale-${connections}`,
        title: `${inWords(stream)} over ${counted(connections)} connection${connections > 1 ? 's' : ''}`,
        peers: server.filter(({ name }) => ['rxdrop', 'C', 'Python'].includes(name)),
        connections,
        senders: connections,
        // Whole pages, as where each sender begins a file of its own.
        size: PAGE_BYTES * Math.floor(stream / connections / PAGE_BYTES),
        together: true,
        patient: true,
        rounds: 3,
      }),
    );
  }
  return all;
}

/**
 * @template {{ name: string, missing: string | undefined }} Peer
 * @param {Peer[]} peers
 * @param {string[]} notes
 */
function installed(peers, notes) {
  for (const { name, missing } of peers) {
    const note = `left out: ${name}, because there is no ${missing}`;
    if (missing !== undefined && !notes.includes(note)) notes.push(note);
  }
  return peers.filter(({ missing }) => missing === undefined);
}
