import { exposition } from '../../src/admin/exposition.js';
import { metricsOf } from '../../src/admin/metrics.js';
import type { Facts, Measured } from '../../src/admin/stateOf.js';
import { Tally } from '../../src/admin/tally.js';
import { IdleTimeoutError, type ServerEvent } from '../../src/index.js';
import { failed, hook, opened, received, refused, STAMP } from '../support/events.js';

const FACTS: Facts = {
  version: '1.2.3',
  dir: undefined,
  limits: { maxConnections: 100, minRate: 1_024 },
  whyFailed: () => '',
  whyRefused: () => '',
  whyDown: () => '',
};

const MEASURED: Measured = {
  disk: { space: { free: 7, size: 9, minFree: 5 }, freeFiles: 3 },
  loop: { p50: 1, p99: 20, max: 30 },
};

const [peer, client] = ['192.0.2.99:4711', { name: 'Mallory', names: [], fingerprint: 'AB' }];

const EVENTS = [
  { type: 'listening', address: '::', port: 5000 },
  { ...opened(1), peer, client },
  { ...opened(2), peer },
  { ...opened(3), peer },
  { ...received({ id: 1, bytes: 5_000, ms: 250 }), peer, client },
  { ...failed(new IdleTimeoutError(10_000), { id: 2, peer, bytes: 10, ms: 10_000 }) },
  { ...refused('DENIED', { peer }) },
  { ...hook({ status: 0 }), peer, output: 'Mallory' },
  { ...hook({ status: 2 }), peer },
  { ...hook({ signal: 'SIGKILL' }), peer },
  { ...hook({ reason: 'QUEUE_FULL' }), peer },
  { type: 'usage', bytes: 5_000, files: 1 },
] as const;

function text(events: readonly object[] = EVENTS, measured = MEASURED): string {
  const tally = new Tally(0);
  for (const event of events) tally.count({ ...STAMP, ...event } as ServerEvent, 0);
  return exposition(metricsOf(tally, FACTS, measured, 0));
}

describe('metricsOf', () => {
  it.each([
    'rxdrop_build_info{version="1.2.3"} 1',
    'rxdrop_start_time_seconds 1795614301.25',
    'rxdrop_ready 1',
    'rxdrop_connections_total 3',
    'rxdrop_received_files_total 1',
    'rxdrop_received_bytes_total 5010',
    'rxdrop_failed_transfers_total{reason="IDLE"} 1',
    'rxdrop_refused_connections_total{reason="DENIED"} 1',
    'rxdrop_transfers_in_flight 1',
    'rxdrop_exec_commands_total{result="SUCCESS"} 1',
    'rxdrop_exec_commands_total{result="FAILURE"} 2',
    'rxdrop_exec_commands_total{result="QUEUE_FULL"} 1',
    'rxdrop_files 1',
    'rxdrop_files_bytes 5000',
    'rxdrop_file_size_bytes_bucket{le="4096"} 0',
    'rxdrop_file_size_bytes_bucket{le="16384"} 1',
    'rxdrop_file_size_bytes_bucket{le="+Inf"} 1',
    'rxdrop_file_size_bytes_sum 5000',
    'rxdrop_transfer_duration_seconds_bucket{le="0.1"} 0',
    'rxdrop_transfer_duration_seconds_bucket{le="0.3"} 1',
    'rxdrop_transfer_duration_seconds_count 1',
    'rxdrop_limit_max_connections 100',
    'rxdrop_limit_min_rate_bytes_per_second 1024',
    'rxdrop_limit_idle_timeout_seconds 10',
    'rxdrop_limit_disk_free_bytes 5',
    'rxdrop_disk_free_bytes 7',
    'rxdrop_disk_size_bytes 9',
    'rxdrop_disk_free_files 3',
    'rxdrop_event_loop_delay_seconds{quantile="0.99"} 0.02',
  ])('contains %s', (line) => {
    expect(text().split('\n')).toContain(line);
  });

  it('has a counter for each reason from the start, so that Prometheus sees its first increase', () => {
    const lines = text([]).split('\n');
    for (const reason of ['IDLE', 'RESET', 'STORE', 'NO_ROOM', 'QUOTA', 'SHUTDOWN'])
      expect(lines).toContain(`rxdrop_failed_transfers_total{reason="${reason}"} 0`);
    for (const reason of ['DENIED', 'MAX_CONNECTIONS', 'MAX_RATE_PER_HOST', 'PROXY', 'TLS_NAME'])
      expect(lines).toContain(`rxdrop_refused_connections_total{reason="${reason}"} 0`);
  });

  it('has no counter of an error that no transfer has', () => {
    expect(text()).not.toMatch(
      /failed_transfers_total\{reason="(?:USAGE|LISTEN|STALLED|OPEN_FILES)"/,
    );
  });

  it('counts a reason of a later version', () => {
    const event = { ...EVENTS[5], reason: 'LATER' };
    expect(text([event])).toContain('rxdrop_failed_transfers_total{reason="LATER"} 1\n');
  });

  it('contains no peer, name or file', () => {
    expect(text()).not.toMatch(/192\.0\.2|4711|Mallory|1\.file/);
  });

  it('reports that the server is not ready before it listens, and leaves out missing measurements', () => {
    const bare = text([], {});
    expect(bare).toContain('rxdrop_ready 0\n');
    expect(bare).not.toMatch(/_disk_|_loop_|start_time|rxdrop_files/);
  });

  it('has the state of the engine, and how many files wait for it, as far as events report them', () => {
    const [works, down] = [
      { type: 'engine', waiting: 7 },
      { type: 'engine', waiting: 5, error: { name: 'StoreError', code: 'STORE', message: '' } },
    ];
    const engineLines = (events: readonly object[]) =>
      text(events)
        .split('\n')
        .filter((line) => /^rxdrop_(?:engine|spool)/.test(line));
    const lines = (up: number, files: number) => [
      `rxdrop_engine_up ${up}`,
      `rxdrop_spool_files ${files}`,
    ];
    expect(engineLines([])).toStrictEqual([]);
    expect(engineLines([{ type: 'usage', files: 1 }])).toStrictEqual([]);
    expect(engineLines([{ type: 'usage', waiting: 3 }])).toStrictEqual(lines(1, 3));
    expect(engineLines([{ type: 'usage', waiting: 3 }, down])).toStrictEqual(lines(0, 3));
    expect(engineLines([down])).toStrictEqual(lines(0, 5));
    expect(engineLines([down, works])).toStrictEqual(lines(1, 7));
    expect(text([{ type: 'usage', waiting: 3 }])).not.toContain('rxdrop_files');
  });

  it('has each name once, and ends the names of counters in _total', () => {
    const types = Array.from(
      text().matchAll(/^# TYPE (?<name>\S+) (?<type>\S+)$/gm),
      ({ groups }) => [groups?.name ?? '', groups?.type ?? ''] as const,
    );
    expect(new Set(types.map(([name]) => name)).size).toBe(types.length);
    for (const [name, type] of types) expect(name.endsWith('_total')).toBe(type === 'counter');
  });
});
