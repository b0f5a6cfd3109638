import type { FileCall, Steps } from '../../src/store/directory/writer/steps.js';

/**
 * Runs steps on the real disk. Before each call, `interfere` may read or change the files, or throw the error of the
 * call.
 */
export function drive<T>(steps: Steps<T>, interfere: Interference = () => undefined): T {
  let calls = 0;
  let step = steps.next();
  while (!step.done) {
    const { value } = outcomeOf(step.value, () => {
      interfere(calls++);
    });
    step = value instanceof Failure ? steps.throw(value.error) : steps.next(value);
  }
  return step.value;
}

export type Interference = (call: number) => void;

/** An error of the system, with its code. */
export const fault = (code: string): Error => Object.assign(new Error(code), { code });

class Failure {
  constructor(readonly error: unknown) {}
}

function outcomeOf(call: FileCall<unknown>, before: () => void): { value: unknown } {
  try {
    before();
    return { value: call.runSync() };
  } catch (error) {
    return { value: new Failure(error) };
  }
}
