import type { Observable } from 'rxjs';
import { marbles } from './marbles.js';

/**
 * The marble diagram of an operator, which its documentation draws and its spec runs.
 *
 * A frame is a millisecond. All sources are hot: they emit whether or not they are subscribed.
 */
export interface Diagram<S extends string = string> {
  /** The sources by the names of their rows, from top to bottom; in the same frame, the upper one emits first. */
  readonly sources: Readonly<Record<S, string>>;
  /** The call of the operator, which is the name of its row. */
  readonly call: string;
  /** The marbles of the result. */
  readonly result: string;
  /** The subscriptions of a source, if the diagram shows them: one row for each. */
  readonly read?: Readonly<Partial<Record<S, readonly string[]>>>;
  /** The values of letters that do not stand for themselves. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly error?: Error;
  readonly play: (sources: Readonly<Record<S, Observable<never>>>) => Observable<unknown>;
}

/** Infers the names of the sources. */
export const diagram = <S extends string>(drawn: Diagram<S>): Diagram<S> => drawn;

/** Returns a spec that checks an operator against its diagram. */
export const holdsTo = <S extends string>(drawn: Diagram<S>): (() => void) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const names = Object.keys(drawn.sources) as S[];
    const values = { ...lettersOf(drawn), ...drawn.values } as Record<string, never>;
    const sources = {} as Record<S, ReturnType<typeof hot<never>>>;
    for (const name of names) sources[name] = hot(drawn.sources[name], values);
    expectObservable(drawn.play(sources)).toBe(drawn.result, values, drawn.error);
    for (const name of names) {
      const times = drawn.read?.[name];
      if (times) expectSubscriptions(sources[name].subscriptions).toBe([...times]);
    }
  });

/** Every letter as a value of its own. */
const lettersOf = ({ sources, result }: Diagram): Record<string, string> => {
  const letters = [...Object.values(sources), result].join('').match(/\w/g) ?? [];
  return Object.fromEntries(letters.map((letter) => [letter, letter]));
};
