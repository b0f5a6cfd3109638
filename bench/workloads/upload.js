import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { arrived, difference } from '../received.js';
import { GiB, KiB, MiB } from '../sizes.js';
import { send } from './send.js';
import { serving } from './serving.js';
import { costs, Wrong } from './workload.js';

/** @typedef {import('../peers/servers.js').ServerPeer} ServerPeer */

/**
 * Senders at once into a server: how fast, and what it costs the server.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {Pick<import('./workload.js').Workload<ServerPeer>,
 *   'name' | 'title' | 'peers' | 'against' | 'rounds' | 'connections'> & {
 *   senders: number,
 *   first?: number,
 *   count?: number,
 *   size: number,
 *   small?: boolean,
 *   oneEach?: boolean,
 *   together?: boolean,
 *   fsync?: boolean,
 *   patient?: boolean,
 *   tls?: boolean,
 *   base?: string,
 * }} what `count`: files of each sender, one after the other; `first`: files before those, with a figure of their own.
 * `small`: files count, and not bytes.
 *   `oneEach`: peers that take one connection are started once for each.
 *   `together`: all connections are there before the first byte. `base`: where to save. `tls`: the senders use it.
 * @returns {import('./workload.js').Workload<ServerPeer>}
 */
export function upload(fixture, { senders, first = 0, count = 1, size, small = false, ...what }) {
  const { oneEach, together, fsync, patient, tls, base, ...workload } = what;

  /** Files per second before those that are measured. They are removed. @param {string} ports @param {string} dir */
  const rateOfFirst = async (ports, dir) => {
    const { startedAt, endedAt } = await send(fixture, { ports, senders, each: first, size });
    const { lost, since } = await arrived(dir, { count: senders * first, size });
    if (lost !== undefined) throw new Wrong(lost);
    for (const name of readdirSync(dir)) unlinkSync(join(dir, name));
    return (senders * first) / (Math.max(endedAt, since ?? 0) - startedAt);
  };

  return {
    against: ['C', 'Python'],
    ...workload,
    figures: small
      ? {
          rate: { label: 'files/s', better: 'more' },
          cpu: { label: 'CPU-ms per file', better: 'less' },
          peak: costs.peak,
          cold: { label: 'first files/s', better: 'more' },
        }
      : { rate: { label: 'MiB/s', better: 'more' }, ...costs },

    run: (peer, isFirst) =>
      fixture.inDirectory((dir) => {
        // Starting a process for each file takes so long that fewer files are enough.
        const each = small && peer.forks ? Math.ceil(count / 10) : count;
        const files = senders * each;
        const expected = { source: fixture.source, count: files, size };
        const streams = oneEach ? senders : undefined;

        return serving(fixture, peer, { dir, streams, fsync, patient }, async (server) => {
          const isWarmedUp = first > 0 && !peer.forks;
          const cold = isWarmedUp ? await rateOfFirst(server.ports, dir) : undefined;
          const cpuBefore = isWarmedUp ? (await server.cost()).cpu : 0;
          const load = await send(fixture, {
            ...{ ports: server.ports, senders, each, size },
            ...{ together, tls },
          });
          const ended = await server.allReceived();
          const { lost, since } = await arrived(dir, expected);
          if (lost !== undefined) throw new Wrong(lost);
          const { cpu, peakKiB } = await server.cost();
          const wrong = isFirst ? difference(dir, expected) : undefined;
          if (wrong !== undefined) throw new Wrong(wrong);

          const seconds = Math.max(load.endedAt, ended ?? 0, since ?? 0) - load.startedAt;
          const bytes = files * size;
          return {
            rate: small ? files / seconds : bytes / MiB / seconds,
            ...(cold !== undefined && { cold }),
            cpu: small ? (1_000 * (cpu - cpuBefore)) / files : cpu / (bytes / GiB),
            // Processes that come and go with each connection are not seen.
            ...(peer.forks && streams === undefined ? {} : { peak: (peakKiB * KiB) / MiB }),
            seconds,
            otherBusy: load.cpu / seconds,
          };
        });
      }, base),
  };
}
