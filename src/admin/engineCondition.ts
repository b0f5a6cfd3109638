import type { Facts } from './stateOf.js';
import type { EngineCondition } from './state.js';
import type { Tally } from './tally.js';

/**
 * Returns the condition of the engine behind the store; `undefined` if there is none. It worked when the server began
 * to listen.
 */
export function engineCondition(
  { engine, used }: Tally,
  { whyDown }: Pick<Facts, 'whyDown'>,
): EngineCondition | undefined {
  const waiting = used?.waiting ?? engine?.waiting;
  if (waiting === undefined) return undefined;
  return { waiting, ...(engine?.error && { problem: whyDown(engine.error) }) };
}
