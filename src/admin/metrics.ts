import { engineCondition } from './engineCondition.js';
import { type Family, formatNumber, type Sample } from './exposition.js';
import type { Histogram } from './histogram.js';
import { limitStates } from './limitStates.js';
import { notReady } from './readiness.js';
import { COMMAND_RESULTS, FAILURES, REFUSALS } from './reasons.js';
import type { EngineCondition, LimitState, Unit } from './state.js';
import type { Facts, Measured } from './stateOf.js';
import type { Tally } from './tally.js';

/**
 * Returns the metrics of a server. The labels have codes of rxdrop only, because each address, name or file would be a
 * series of its own.
 *
 * @param now milliseconds, by the clock of the tally
 */
export const metricsOf = (
  tally: Tally,
  facts: Facts,
  { disk, loop }: Measured,
  now: number,
): readonly Family[] => [
  gauge('build_info', 'The version of rxdrop.', [{ labels: { version: facts.version }, value: 1 }]),
  gauge('start_time_seconds', 'When the server began to listen, in seconds since 1970.', [
    ...(tally.listening ? [{ value: Date.parse(tally.listening.time) / 1_000 }] : []),
  ]),
  gauge('ready', 'Whether the server is ready for connections: 1 or 0.', [
    { value: notReady(tally, facts.limits, disk) === undefined ? 1 : 0 },
  ]),
  counter('connections_total', 'Connections that were admitted.', [{ value: tally.opened }]),
  counter('received_files_total', 'Files that were saved.', [{ value: tally.received }]),
  counter('received_bytes_total', 'Bytes received, those of failed transfers included.', [
    { value: tally.bytes },
  ]),
  counter(
    'failed_transfers_total',
    'Transfers that failed, by the code of the error.',
    byWord('reason', FAILURES, tally.failed),
  ),
  counter(
    'refused_connections_total',
    'Connections that were refused, by the reason.',
    byWord('reason', REFUSALS, tally.refused),
  ),
  counter(
    'exec_commands_total',
    'Commands of --exec, by what became of them.',
    byWord('result', COMMAND_RESULTS, tally.commands),
  ),
  gauge('transfers_in_flight', 'Transfers in flight.', [{ value: tally.flights.size }]),
  histogram('file_size_bytes', 'Sizes of saved files.', tally.sizes),
  histogram(
    'transfer_duration_seconds',
    'Durations of the transfers of saved files.',
    tally.seconds,
  ),
  ...limitStates(tally, facts.limits, now).map(limitGauge),
  ...(disk?.space
    ? [
        gauge('disk_free_bytes', 'Free bytes on the disk of FILE-DIR.', [
          { value: disk.space.free },
        ]),
        gauge('disk_size_bytes', 'Size of the disk of FILE-DIR in bytes.', [
          { value: disk.space.size },
        ]),
        gauge(
          'limit_disk_free_bytes',
          'If fewer bytes are free, a file is an error (--min-free).',
          [{ value: disk.space.minFree }],
        ),
      ]
    : []),
  gauge(
    'disk_free_files',
    'Files that can still be created on the disk of FILE-DIR.',
    ifKnown(disk?.freeFiles),
  ),
  gauge(
    'event_loop_delay_seconds',
    'Delay of the event loop over the last ten seconds.',
    loop
      ? [
          { labels: { quantile: '0.5' }, value: loop.p50 / 1_000 },
          { labels: { quantile: '0.99' }, value: loop.p99 / 1_000 },
          { labels: { quantile: '1' }, value: loop.max / 1_000 },
        ]
      : [],
  ),
  gauge(
    'files',
    'Files in FILE-DIR, if there is a limit of them or of their bytes.',
    ifKnown(tally.used?.files),
  ),
  gauge(
    'files_bytes',
    'Bytes of the files in FILE-DIR, if there is a limit of them.',
    ifKnown(tally.used?.bytes),
  ),
  ...engineGauges(engineCondition(tally, facts)),
];

/** No sample, if there is no value. */
const ifKnown = (value: number | undefined): readonly Sample[] =>
  value === undefined ? [] : [{ value }];

type Metric = (name: string, help: string, samples: readonly Sample[]) => Family;

const gauge: Metric = (name, help, samples) => ({
  ...{ name: `rxdrop_${name}`, type: 'gauge', help, samples },
});

const counter: Metric = (name, help, samples) => ({
  ...{ name: `rxdrop_${name}`, type: 'counter', help, samples },
});

const histogram = (name: string, help: string, { cumulative, sum, count }: Histogram): Family => ({
  name: `rxdrop_${name}`,
  type: 'histogram',
  help,
  samples: [
    ...cumulative.map(([bound, value]) => ({
      ...{ suffix: '_bucket', labels: { le: formatNumber(bound) }, value },
    })),
    { suffix: '_sum', value: sum },
    { suffix: '_count', value: count },
  ],
});

const limitGauge = ({ name, unit, limit }: LimitState): Family => {
  const words = name.replaceAll('-', '_');
  return gauge(`limit_${words}${SUFFIX[unit]}`, `The limit --${name}.`, [
    { value: unit === 'ms' ? limit / 1_000 : limit },
  ]);
};

const engineGauges = (engine: EngineCondition | undefined): readonly Family[] =>
  engine
    ? [
        gauge('engine_up', 'Whether the engine of --store does what it is asked for: 1 or 0.', [
          { value: engine.problem === undefined ? 1 : 0 },
        ]),
        gauge('spool_files', 'Files that wait in FILE-DIR until they are objects (--store).', [
          { value: engine.waiting },
        ]),
      ]
    : [];

const SUFFIX: Readonly<Record<Unit, string>> = {
  bytes: '_bytes',
  'bytes/s': '_bytes_per_second',
  connections: '',
  'connections/min': '_connections_per_minute',
  files: '',
  ms: '_seconds',
};

/** A counter exists before it counts, because Prometheus does not see the increase of a series that is new. */
const byWord = (
  label: string,
  known: readonly string[],
  counts: { readonly all: Readonly<Record<string, number>> },
): readonly Sample[] => {
  const all = { ...Object.fromEntries(known.map((word) => [word, 0])), ...counts.all };
  return Object.entries(all).map(([word, value]) => ({ labels: { [label]: word }, value }));
};
