/** A diagram, prepared for drawing. */
export interface Picture {
  readonly call: string;
  readonly sources: readonly Source[];
  readonly result: string;
  /** The values of the letters, if they are short enough to be written on a marble. */
  readonly words: Readonly<Record<string, string>>;
  /** The name of the error, if there is one. */
  readonly error?: string | undefined;
}

export interface Source {
  readonly name: string;
  readonly row: string;
  /** When it is subscribed, if the diagram shows it. */
  readonly read?: readonly string[] | undefined;
}
