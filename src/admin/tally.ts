import type {
  EngineChanged,
  Failed,
  Hook,
  Listening,
  Opened,
  Received,
  Reduced,
  Refused,
  ServerEvent,
  Transferring,
  Used,
} from '../server/events.js';
import { Curve } from './curve.js';
import { Histogram } from './histogram.js';
import type { CommandResult } from './reasons.js';
import type { TransferState } from './state.js';

/** A transfer in flight. Each report of it overwrites the one before. */
export type Flight = Writable<Omit<TransferState, 'ms'>> & {
  /** The time at which it was admitted, in milliseconds by the clock of the tally. */
  readonly since: number;
  /** The time of its last report. */
  at: number;
};

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/**
 * Counts the events of a server, and keeps its transfers in flight and last results: the state behind all pages of the
 * admin port. It is mutable, because a server may emit thousands of events per second.
 *
 * Events of an unknown type change nothing.
 */
export class Tally {
  listening: Listening | undefined;
  reduced: Reduced | undefined;
  used: Used | undefined;
  /** The last change of the engine behind the store. */
  engine: EngineChanged | undefined;
  draining = false;
  stopped = false;
  opened = 0;
  received = 0;
  bytes = 0;
  readonly failed = new Counts();
  readonly refused = new Counts();
  /** Commands of `--exec` by result. */
  readonly commands = new Counts();
  /** Transfers in flight by connection, the oldest first. */
  readonly flights = new Map<number, Flight>();
  readonly files = new Latest<Received>();
  readonly failures = new Latest<Failed>();
  /** The last refusal of each reason. */
  readonly refusals = new Map<string, Refused>();
  readonly sizes = new Histogram(SIZE_BOUNDS);
  readonly seconds = new Histogram(SECOND_BOUNDS);
  readonly curve: Curve;

  /** @param now milliseconds of any clock, as in `count` */
  constructor(now: number) {
    this.curve = new Curve(now);
  }

  count(event: ServerEvent, now: number): void {
    switch (event.type) {
      case 'listening':
        this.listening = event;
        break;
      case 'reduced':
        this.reduced = event;
        break;
      case 'opened':
        this.open(event, now);
        break;
      case 'refused':
        this.refused.add(event.reason);
        this.refusals.set(event.reason, event);
        break;
      case 'progress':
        this.progress(event, now);
        break;
      case 'usage':
        this.used = event;
        break;
      case 'engine':
        this.engine = event;
        break;
      case 'received':
        this.end(event, now);
        this.received++;
        this.sizes.observe(event.bytes);
        this.seconds.observe(event.ms / 1_000);
        this.files.add(event);
        break;
      case 'failed':
        this.end(event, now);
        this.failed.add(event.reason);
        this.failures.add(event);
        break;
      case 'hook':
        this.commands.add(resultOf(event));
        break;
      case 'stopped':
        this.stopped = true;
        break;
    }
  }

  private open({ connection, peer, client, file }: Opened, now: number): void {
    this.opened++;
    // Spreading fields that may be missing takes more time than all else here.
    const flight: Flight = { connection, peer, bytes: 0, since: now, at: now };
    if (client) flight.client = client;
    if (file !== undefined) flight.file = file;
    this.flights.set(connection, flight);
  }

  private progress(event: Transferring, now: number): void {
    const flight = this.flights.get(event.connection);
    if (!flight) return;
    const { bytes, ms } = this.grow(flight, event, now);
    flight.rate = ms > 0 ? (bytes / ms) * 1_000 : 0;
  }

  private end(event: Received | Failed, now: number): void {
    const flight = this.flights.get(event.connection);
    if (!flight) return;
    this.grow(flight, event, now);
    this.flights.delete(event.connection);
  }

  /** Counts the bytes that a transfer has received since its last report. */
  private grow(flight: Flight, { bytes }: Transferring | Received | Failed, now: number) {
    const grown = { bytes: bytes - flight.bytes, ms: now - flight.at };
    this.bytes += grown.bytes;
    this.curve.add(now, grown.bytes, grown.ms);
    flight.bytes = bytes;
    flight.at = now;
    return grown;
  }
}

const resultOf = ({ reason, status }: Hook): CommandResult =>
  reason ?? (status === 0 ? 'SUCCESS' : 'FAILURE');

/** Counts how often each word occurred. */
class Counts {
  total = 0;
  private readonly counts = new Map<string, number>();

  add(word: string): void {
    this.total++;
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}

/** Keeps the last 30 values, the newest first. */
class Latest<T> {
  private readonly kept: T[] = [];
  private next = 0;

  add(one: T): void {
    this.kept[this.next] = one;
    this.next = (this.next + 1) % MAX_KEPT;
  }

  get all(): readonly T[] {
    return [...this.kept.slice(this.next), ...this.kept.slice(0, this.next)].reverse();
  }
}

const MAX_KEPT = 30;

/** Bytes: 1 KiB to 1 TiB, each four times the one before. */
const SIZE_BOUNDS = Array.from({ length: 16 }, (_, step) => 2 ** (10 + 2 * step));

/** Seconds: 1 ms to almost three hours. */
const SECOND_BOUNDS = [
  ...[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
];
