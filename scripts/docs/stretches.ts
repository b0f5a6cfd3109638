/** From one place on a line to another. */
export type Stretch = readonly [from: number, to: number];

/** The rest of some stretches, without the holes. */
export const without = (
  stretches: readonly Stretch[],
  holes: readonly Stretch[],
): readonly Stretch[] =>
  holes.reduce<readonly Stretch[]>(
    (left, hole) => left.flatMap((stretch) => cut(stretch, hole)),
    stretches,
  );

const cut = ([from, to]: Stretch, [start, end]: Stretch): readonly Stretch[] =>
  end <= from || start >= to
    ? [[from, to]]
    : (
        [
          [from, start],
          [end, to],
        ] as const
      ).filter(([first, last]) => last > first);
