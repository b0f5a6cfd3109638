import { notReady } from '../../src/admin/readiness.js';
import { Tally } from '../../src/admin/tally.js';
import { ResetError } from '../../src/errors.js';
import type { ServerFact } from '../../src/server/events.js';
import { failed, opened, received, STAMP } from '../support/events.js';

const LISTENING: ServerFact = { type: 'listening', address: '::', port: 5000 };

function tally(...facts: readonly ServerFact[]): Tally {
  const tally = new Tally(0);
  for (const fact of facts) tally.count({ ...STAMP, ...fact }, 0);
  return tally;
}

describe('notReady', () => {
  it('returns the phase of a server that does not listen, whatever its disk is', () => {
    expect(notReady(tally(), {}, undefined)).toBe('starting');
    const draining = tally(LISTENING);
    draining.draining = true;
    expect(notReady(draining, {}, { problem: 'the disk is full' })).toBe('draining');
    expect(notReady(tally(LISTENING, { type: 'stopped' }), {}, undefined)).toBe('stopped');
  });

  it('returns the problem of the disk', () => {
    expect(notReady(tally(LISTENING), {}, { problem: 'the disk is full' })).toBe(
      'the disk is full',
    );
    expect(notReady(tally(LISTENING), {}, {})).toBeUndefined();
  });

  it.each([
    [{ maxFiles: 7 }, 'the directory is full (--max-files)'],
    [{ maxFiles: 8 }, undefined],
    [{ maxTotal: 400 }, 'the directory is full (--max-total)'],
    [{ maxTotal: 401 }, undefined],
    [{}, undefined],
  ])('compares 7 files of 400 bytes together with %j: %s', (limits, problem) => {
    const used = tally(LISTENING, { type: 'usage', bytes: 400, files: 7 });
    expect(notReady(used, limits, {})).toBe(problem);
  });

  const OPENED: ServerFact = opened(1);
  const RECEIVED: ServerFact = received({ id: 1, bytes: 5, ms: 1 });
  const FAILED: ServerFact = failed(new ResetError(), { id: 1, bytes: 5, ms: 1 });
  const NO_MORE = 'no more files are wanted (--count, --once)';

  it.each<[string, object, readonly ServerFact[], string | undefined]>([
    ['once, before a transfer', { once: true }, [], undefined],
    ['once, during a transfer', { once: true }, [OPENED], NO_MORE],
    ['once: false, during a transfer', { once: false }, [OPENED], undefined],
    ['the last of two in flight', { count: 2 }, [OPENED, RECEIVED, opened(2)], NO_MORE],
    ['one of two saved', { count: 2 }, [OPENED, RECEIVED], undefined],
    ['one of one failed', { count: 1 }, [OPENED, FAILED], undefined],
  ])('reports that connections are refused: %s', (_, limits, facts, problem) => {
    expect(notReady(tally(LISTENING, ...facts), limits, {})).toBe(problem);
  });
});
