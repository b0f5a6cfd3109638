import type { Observable } from 'rxjs';
import { marbles } from './marbles.js';

/**
 * The marble diagram of an operator: what its documentation draws is what its spec runs.
 *
 * A frame is a millisecond. All sources are hot: they go on whether or not somebody reads them.
 */
export interface Diagram<S extends string = string> {
  /** Each source by the name that its row has, from top to bottom; at the same frame, the upper one is first. */
  readonly sources: Readonly<Record<S, string>>;
  /** The operator as it is called; the name of its row. */
  readonly call: string;
  /** What comes of it. */
  readonly result: string;
  /** When which source is subscribed, where that is worth a row: one for each time. */
  readonly read?: Readonly<Partial<Record<S, readonly string[]>>>;
  /** What the letters stand for, where it is not themselves. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly error?: Error;
  readonly play: (sources: Readonly<Record<S, Observable<never>>>) => Observable<unknown>;
}

/** Infers the names of the sources. */
export const diagram = <S extends string>(drawn: Diagram<S>): Diagram<S> => drawn;

/** A spec that holds an operator to its diagram. */
export const holdsTo = <S extends string>(drawn: Diagram<S>): (() => void) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const names = Object.keys(drawn.sources) as S[];
    const values = { ...themselves(drawn), ...drawn.values } as Record<string, never>;
    const sources = {} as Record<S, ReturnType<typeof hot<never>>>;
    for (const name of names) sources[name] = hot(drawn.sources[name], values);
    expectObservable(drawn.play(sources)).toBe(drawn.result, values, drawn.error);
    for (const name of names) {
      const times = drawn.read?.[name];
      if (times) expectSubscriptions(sources[name].subscriptions).toBe([...times]);
    }
  });

/** Every letter as a value of its own. */
const themselves = ({ sources, result }: Diagram): Record<string, string> => {
  const letters = [...Object.values(sources), result].join('').match(/\w/g) ?? [];
  return Object.fromEntries(letters.map((letter) => [letter, letter]));
};
