import { asyncScheduler, map } from 'rxjs';
import type { ServerEvent } from '../src/server/events.js';
import { addStamp } from '../src/stamp.js';
import { opened } from './support/events.js';
import { marbles } from './support/marbles.js';

const START = Date.parse('2026-11-25T13:45:01.250Z');

/** A wall clock in virtual time. */
const wallClock = { now: () => START + asyncScheduler.now() };

// prettier-ignore
describe('stamped', () => {
  it('gives each event its version and its time', marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const facts     = hot('-o 999ms s|', { o: opened(), s: { type: 'stopped' } as const });
    const factsSubs = '    ^- 999ms -!';
    const expected  = '    -o 999ms s|';
    expectObservable(facts.pipe(addStamp<ServerEvent>(wallClock))).toBe(expected, {
      o: { ...opened(), version: 1, time: '2026-11-25T13:45:01.251Z' },
      s: { type: 'stopped', version: 1, time: '2026-11-25T13:45:02.251Z' },
    });
    expectSubscriptions(facts.subscriptions).toBe(factsSubs);
  }));

  it('gives each event the name of its server', marbles(({ cold, expectObservable }) => {
    const facts = cold('(s|)', { s: { type: 'stopped' } as const });
    const time = '2026-11-25T13:45:01.250Z';
    expectObservable(facts.pipe(addStamp<ServerEvent>(wallClock, 'eu-1'))).toBe('(s|)', {
      s: { type: 'stopped', version: 1, time, instance: 'eu-1' },
    });
  }));

  it('puts the type, the version and the time first, where a reader of lines looks first', marbles(({ cold, expectObservable }) => {
    const facts = cold('(o|)', { o: opened() });
    const names = facts.pipe(addStamp<ServerEvent>(wallClock), map((event) => Object.keys(event).join()));
    expectObservable(names).toBe('(n|)', { n: 'type,version,time,connection,id,file,peer' });
  }));
});
