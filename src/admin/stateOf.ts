import type { ErrorData } from '../errorData.js';
import type { Path } from '../node/pathText.js';
import { pathText } from '../node/pathText.js';
import type { Failed, Received, Refused } from '../server/events.js';
import type { Disk } from './checkDisk.js';
import { engineCondition } from './engineCondition.js';
import { type ConfiguredLimits, limitStates } from './limitStates.js';
import { notReady, phaseOf } from './readiness.js';
import type { LoopState, RefusalState, ResultState, State, TransferState } from './state.js';
import type { Flight, Tally } from './tally.js';

/** Facts of a server that its events do not report. */
export interface Facts {
  /** The version of rxdrop. */
  readonly version: string;
  readonly dir: Path | undefined;
  readonly limits: ConfiguredLimits;
  /** Describes for people why a transfer failed. */
  readonly whyFailed: (event: Failed) => string;
  /** Describes for people why a connection was refused. */
  readonly whyRefused: (event: Refused) => string;
  /** Describes for people why the engine behind the store fails. */
  readonly whyDown: (error: ErrorData) => string;
}

/** The last measurements. */
export interface Measured {
  readonly disk?: Disk | undefined;
  readonly loop?: LoopState | undefined;
}

/**
 * Returns the state of a server. It lists at most 60 transfers in flight, the oldest, so its size is limited.
 *
 * @param at the time in milliseconds since 1970
 * @param now the same time, in milliseconds by the clock of the tally
 */
export function stateOf(
  tally: Tally,
  facts: Facts,
  { disk, loop }: Measured,
  { at, now }: { at: number; now: number },
): State {
  const { listening, failed, refused } = tally;
  const why = notReady(tally, facts.limits, disk);
  const engine = engineCondition(tally, facts);
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
    transfers: first(MAX_LISTED, tally.flights.values()).map((flight) =>
      transferState(flight, now),
    ),
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
    limits: limitStates(tally, facts.limits, now),
    ...(disk?.space && { disk: disk.space }),
    ...(engine && { engine }),
    ...(loop && { loop }),
  };
}

const MAX_LISTED = 60;

function transferState({ since, at, rate, ...flight }: Flight, now: number): TransferState {
  return {
    ...flight,
    ms: Math.round(now - since),
    // A transfer without new bytes is not reported again.
    ...(rate !== undefined && { rate: now - at < SILENT_MS ? Math.round(rate) : 0 }),
  };
}

/** While bytes arrive, a transfer is reported once per second. */
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

/** Returns the first values. It reads no others, of which there may be thousands. */
function first<T>(count: number, many: Iterable<T>): readonly T[] {
  const few: T[] = [];
  for (const one of many) {
    if (few.length === count) break;
    few.push(one);
  }
  return few;
}
