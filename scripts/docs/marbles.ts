import { TestScheduler } from 'rxjs/testing';

/** The content of a row of a diagram. */
export interface Row {
  readonly events: readonly Happening[];
  /** Frames it is written for. */
  readonly length: number;
}

export interface Happening {
  /** Its frame: a millisecond. */
  readonly at: number;
  readonly kind: 'value' | 'error' | 'end';
  /** The letter of a value. */
  readonly letter: string;
  /** How many there were before it in the same frame. */
  readonly turn: number;
}

/** When the source is subscribed. */
export interface Span {
  readonly from: number;
  /** Infinity: to the end of the diagram and beyond. */
  readonly to: number;
}

/** Reads a row of marbles with RxJS's own parser, the one that the spec uses. */
export function marblesIn(row: string): Row {
  const messages = parsed((parser) =>
    parser.parseMarbles(`${row} ${SENTINEL}`, undefined, undefined, false, true),
  );
  const events = messages.map(({ frame, notification }, index) => ({
    at: frame,
    kind: KINDS[notification.kind],
    letter: notification.kind === 'N' ? String(notification.value) : '',
    turn: messages.slice(0, index).filter((earlier) => earlier.frame === frame).length,
  }));
  return { events: events.slice(0, -1), length: events.at(-1)?.at ?? 0 };
}

/** Reads a row of a subscription in the same way. */
export function spanIn(row: string): Span {
  const { subscribedFrame, unsubscribedFrame } = parsed((parser) =>
    parser.parseMarblesAsSubscriptions(`${row} `, true),
  );
  return { from: subscribedFrame, to: unsubscribedFrame };
}

/** A value after the last frame, because the parser does not return the length of a row. */
const SENTINEL = '~';

const KINDS = { N: 'value', E: 'error', C: 'end' } as const;

/** Within `run`, a frame is a millisecond. */
const parsed = <T>(parse: (parser: typeof TestScheduler) => T): T =>
  new TestScheduler(() => true).run(() => parse(TestScheduler));
