import type { Path } from '../node/pathText.js';
import { pathText } from '../node/pathText.js';
import type { Failed, Received, Refused } from '../server/events.js';
import type { Disk } from './disk.js';
import { type ConfiguredLimits, limitsOf } from './limits.js';
import { notReady, phaseOf } from './readiness.js';
import type { LoopState, RefusalState, ResultState, State, TransferState } from './state.js';
import type { Flight, Tally } from './tally.js';

/** What is known beside the events. */
export interface Facts {
  /** Of rxdrop. */
  readonly version: string;
  readonly dir: Path | undefined;
  readonly limits: ConfiguredLimits;
  /** Why a transfer failed, and why a connection was refused, in words. */
  readonly whyFailed: (event: Failed) => string;
  readonly whyRefused: (event: Refused) => string;
}

/** What was measured last. */
export interface Measured {
  readonly disk?: Disk | undefined;
  readonly loop?: LoopState | undefined;
}

/**
 * The state as the page shows it. However many transfers are in flight, it has the oldest 60: it stays small.
 *
 * @param at milliseconds since 1970
 * @param now the same moment, by the clock of the tally
 */
export function stateOf(
  tally: Tally,
  facts: Facts,
  { disk, loop }: Measured,
  { at, now }: { at: number; now: number },
): State {
  const { listening, failed, refused } = tally;
  const why = notReady(tally, facts.limits, disk);
  return {
    at,
    server: {
      version: facts.version,
      phase: phaseOf(tally),
      ...(why !== undefined && { notReady: why }),
      ...(listening && {
        address: listening.address,
        port: listening.port,
        since: listening.time,
      }),
      ...(facts.dir !== undefined && { dir: pathText(facts.dir) }),
    },
    totals: {
      opened: tally.opened,
      received: tally.received,
      failed: failed.total,
      refused: refused.total,
      bytes: tally.bytes,
      failedBy: failed.all,
      refusedBy: refused.all,
    },
    transfers: first(LISTED, tally.flights.values()).map((flight) => transferState(flight, now)),
    inFlight: tally.flights.size,
    curve: tally.curve.read(now),
    files: tally.files.all.map(resultState),
    failures: tally.failures.all.map((event) => ({
      ...resultState(event),
      reason: event.reason,
      why: facts.whyFailed(event),
      ...(event.fileError && { lost: true }),
    })),
    refusals: [...tally.refusals.values()].map((event): RefusalState => ({
      reason: event.reason,
      why: facts.whyRefused(event),
      peer: event.peer,
      time: event.time,
    })),
    limits: limitsOf(tally, facts.limits, now),
    ...(disk?.space && { disk: disk.space }),
    ...(loop && { loop }),
  };
}

const LISTED = 60;

function transferState({ since, at, rate, ...flight }: Flight, now: number): TransferState {
  return {
    ...flight,
    ms: Math.round(now - since),
    // Who has received nothing more is not reported again.
    ...(rate !== undefined && { rate: now - at < SILENT_MS ? Math.round(rate) : 0 }),
  };
}

/** Reports come once a second while bytes do. */
const SILENT_MS = 2_500;

const resultState = ({
  connection,
  peer,
  client,
  file,
  bytes,
  ms,
  time,
}: Received | Failed): ResultState => ({
  ...{ connection, peer, bytes, ms, time },
  ...(client && { client }),
  ...(file !== undefined && { file }),
});

/** The first few of many, without a look at the others. */
function first<T>(count: number, many: Iterable<T>): readonly T[] {
  const few: T[] = [];
  for (const one of many) {
    if (few.length === count) break;
    few.push(one);
  }
  return few;
}
