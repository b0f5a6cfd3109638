import type { Observable } from 'rxjs';
import { errorData } from '../../src/errorData.js';
import { StoreError } from '../../src/errors.js';
import { withEngine } from '../../src/server/engine.js';
import type { ServerFact } from '../../src/server/events.js';
import type { EngineState } from '../../src/store/engineState.js';
import type { Store } from '../../src/store/store.js';
import { opened, stopped } from '../support/events.js';
import { marbles } from '../support/marbles.js';
import { memoryStore } from '../support/parts.js';

const error = errorData(new StoreError());

const EVENTS: Record<string, ServerFact> = {
  l: { type: 'listening', address: '::', port: 5000 },
  o: opened(),
  s: stopped,
  x: { type: 'engine', waiting: 3, error },
  a: { type: 'engine', waiting: 2 },
};

const STATES: Record<string, EngineState> = { x: { waiting: 3, error }, a: { waiting: 2 } };

const behind = (engine$: Observable<EngineState>): Store =>
  Object.assign(memoryStore(), { engine$ });

// prettier-ignore
describe('withEngine', () => {
  it('reports that the engine fails, and that it works again, until the server has stopped', marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const event     = hot('-l--o-------(s|)', EVENTS);
    const state     = cold('  -----x--a--------x', STATES);
    const stateSubs = '    ^-----------!';
    const expected  = '    -l--ox--a---(s|)';
    expectObservable(event.pipe(withEngine(behind(state)))).toBe(expected, EVENTS);
    expectSubscriptions(state.subscriptions).toBe(stateSubs);
  }));

  it('changes nothing for a store without an engine', marbles(({ hot, expectObservable }) => {
    const event = hot('-l--o-------(s|)', EVENTS);
    expectObservable(event.pipe(withEngine(memoryStore()))).toBe('-l--o-------(s|)', EVENTS);
  }));
});
