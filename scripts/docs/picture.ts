/** What is drawn of a diagram. */
export interface Picture {
  readonly call: string;
  readonly sources: readonly Source[];
  readonly result: string;
  /** What letters stand for, where that is short enough to be written on a marble. */
  readonly words: Readonly<Record<string, string>>;
  /** The name of the error, where there is one. */
  readonly error?: string | undefined;
}

export interface Source {
  readonly name: string;
  readonly row: string;
  /** When it is subscribed, where the diagram tells. */
  readonly read?: readonly string[] | undefined;
}
