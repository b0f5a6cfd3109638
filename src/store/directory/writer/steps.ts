/** A file call that can be made synchronously or in the thread pool. */
export interface FileCall<T> {
  runSync(): T;
  run(done: Done<T>): void;
}

/** The callback of Node's file calls. */
export type Done<T> = (error: Error | null, value?: T) => void;

/**
 * A procedure of file calls. It yields each call to the code that runs it, synchronously or not, so one
 * text with its own `try` and `catch` serves both. The result of a call, or its error, comes back at the
 * `yield`. A generator is such a procedure, and so is a single call.
 */
export interface Steps<T> {
  next(value?: unknown): IteratorResult<FileCall<unknown>, T>;
  throw(error: unknown): IteratorResult<FileCall<unknown>, T>;
  [Symbol.iterator](): Steps<T>;
}

/** A call that is a procedure by itself: it yields itself and returns its result. */
class Step<T, A extends readonly unknown[]> implements FileCall<T>, Steps<T> {
  private yielded = false;

  constructor(
    private readonly makeSync: (...args: A) => T,
    private readonly make: (done: Done<T>, ...args: A) => void,
    private readonly args: A,
  ) {}

  runSync(): T {
    return this.makeSync(...this.args);
  }

  run(done: Done<T>): void {
    this.make(done, ...this.args);
  }

  next(value?: unknown): IteratorResult<FileCall<unknown>, T> {
    // Only the code that runs the call knows the type of its result.
    if (this.yielded) return { done: true, value: value as T };
    this.yielded = true;
    return { done: false, value: this };
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/**
 * A file call in both of its forms. Each call is an object with its arguments: a small file makes six, and functions
 * cost more.
 */
export const fileCall =
  <T, A extends readonly unknown[]>(
    makeSync: (...args: A) => T,
    make: (done: Done<T>, ...args: A) => void,
  ) =>
  (...args: A): Steps<T> =>
    new Step(makeSync, make, args);

/** Why a call is not made: the disk is stopped. It makes the calls after this one, because they undo. */
export class StoppedError extends Error {
  override readonly message = 'the server has stopped';
}

/** Runs steps and ignores their error. */
export function* attempt(steps: Steps<void>): Steps<void> {
  try {
    yield* steps;
  } catch {
    // The caller continues in either case.
  }
}

/** Runs steps at once. */
export function runSync<T>(steps: Steps<T>, make = makeSync): T {
  let next = steps.next();
  while (!next.done) next = callSync(next.value, steps, make);
  return next.value;
}

/** Makes one call at once, and returns the next one of its steps. */
export function callSync<T>(
  call: FileCall<unknown>,
  steps: Steps<T>,
  make: (call: FileCall<unknown>) => unknown,
): IteratorResult<FileCall<unknown>, T> {
  let result: unknown;
  try {
    result = make(call);
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(result);
}

const makeSync = (call: FileCall<unknown>): unknown => call.runSync();
