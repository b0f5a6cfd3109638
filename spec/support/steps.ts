import type { FileCall, Steps } from '../../src/store/directory/writer/steps.js';

/**
 * Runs steps on the real disk. Before each call, `interfere` may look around, change something, or
 * throw what the call then fails with.
 */
export function drive<T>(steps: Steps<T>, interfere: Interference = () => undefined): T {
  let turn = 0;
  let step = steps.next();
  while (!step.done) {
    const { value } = outcomeOf(step.value, () => {
      interfere(turn++);
    });
    step = value instanceof Failure ? steps.throw(value.error) : steps.next(value);
  }
  return step.value;
}

export type Interference = (turn: number) => void;

/** What the system says: an error with its code. */
export const fault = (code: string): Error => Object.assign(new Error(code), { code });

class Failure {
  constructor(readonly error: unknown) {}
}

function outcomeOf(call: FileCall<unknown>, before: () => void): { value: unknown } {
  try {
    before();
    return { value: call.now() };
  } catch (error) {
    return { value: new Failure(error) };
  }
}
