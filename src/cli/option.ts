import type { Parse } from './values.js';

/** The options of a program, by the titles of their groups. */
export type OptionGroups = Readonly<Record<string, OptionTable>>;

/** Options by their names. */
export type OptionTable = Readonly<Record<string, Flag | Value<unknown>>>;

/** An option without a value. */
export interface Flag {
  readonly describe: string;
  /** Its short form, for `-q`. */
  readonly letter?: string;
}

/** An option with a value: its parser and its default. */
export interface Value<T> {
  readonly describe: string;
  readonly parse: Parse<T>;
  readonly default: string | undefined;
  /** It may be repeated, which is the same as one value with commas. */
  readonly repeatable?: boolean;
  /** Its short form, for `-j`. */
  readonly letter?: string;
  /** Its value if it is given without one; a value then follows `=`. */
  readonly bare?: string;
}

export const flag = (describe: string): Flag => ({ describe });

/** Gives an option a short form of one letter. */
export const withLetter = <S extends Flag | Value<unknown>>(letter: string, spec: S): S => ({
  ...spec,
  letter,
});

export function value<T>(parse: Parse<T>, describe: string, defaultText: string): Value<T>;
export function value<T>(parse: Parse<T>, describe: string): Value<T | undefined>;
export function value<T>(
  parse: Parse<T>,
  describe: string,
  defaultText?: string,
): Value<T | undefined> {
  return { describe, parse, default: defaultText };
}

/** An option that may be repeated, each time with one or more items of a list. */
export const list = <T>(
  parse: Parse<readonly T[]>,
  describe: string,
): Value<readonly T[] | undefined> => ({
  describe,
  parse,
  default: undefined,
  repeatable: true,
});

/** Lets an option be given without a value, which then is `bare`. */
export const withBare = <T>(bare: string, spec: Value<T>): Value<T> => ({ ...spec, bare });

/** The values of all options, by the names that the library uses: `idleTimeout`. */
export type Values<G extends OptionGroups> = {
  readonly [K in NameOf<G[keyof G]> as CamelCase<K>]: ValueOf<G[keyof G], K>;
};

/** The name of any option of a union of tables. */
export type NameOf<O> = O extends OptionTable ? keyof O & string : never;

type ValueOf<O, K> =
  O extends Readonly<Record<K & string, infer S>>
    ? S extends Value<infer T>
      ? T
      : boolean
    : never;

type CamelCase<K> = K extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail> & string>}`
  : K;

/** All options of a program in one table. */
export const allOptions = (groups: OptionGroups): OptionTable =>
  Object.assign({}, ...Object.values(groups)) as OptionTable;
