/** Applies changes to a state, as `changes` of the server reports them: a field that is `null` is gone. */
export const mergeChanges = (state: object, changes: object): object =>
  Object.fromEntries(
    Object.entries({ ...state, ...changes }).filter(
      ([, value]: [string, unknown]) => value !== null,
    ),
  );
