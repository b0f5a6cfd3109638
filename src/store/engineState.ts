import type { ErrorData } from '../errorData.js';

/** Whether the engine behind a store does what it is asked for. */
export interface EngineState {
  /** Why it does not. The requests are repeated. */
  readonly error?: ErrorData;
  /** The files that wait for it on the local disk. */
  readonly waiting: number;
}
