import { ResetError, type ServerEvent } from '../../src/index.js';
import { type Facts, stateOf } from '../../src/admin/stateOf.js';
import { Tally } from '../../src/admin/tally.js';
import type { ServerFact } from '../../src/server/events.js';
import { failed, failedWithoutFile, opened, received, refused, STAMP } from '../support/events.js';
import { PEER } from '../support/sender.js';

const FACTS: Facts = {
  version: '1.2.3',
  dir: 'inbox',
  limits: {},
  whyFailed: ({ error }) => error.message,
  whyRefused: ({ reason }) => `because ${reason}`,
  whyDown: ({ message }) => message,
};

/** A tally in a time of its own, and what it shows. */
function tallied() {
  let now = 0;
  const tally = new Tally(now);
  return {
    tally,
    after: (ms: number, ...facts: readonly ServerFact[]) => {
      now += ms;
      for (const fact of facts) tally.count({ ...STAMP, ...fact }, now);
    },
    state: (measured = {}) => stateOf(tally, FACTS, measured, { at: 1_795_643_100_000, now }),
  };
}

const progress = (bytes: number, ms: number, connection = 1): ServerFact => ({
  type: 'progress',
  ...{ connection, id: connection, file: `${connection}.file`, peer: PEER, bytes, ms },
});

const listening: ServerFact = { type: 'listening', address: '::', port: 5000 };

describe('Tally', () => {
  it('is empty before the first event', () => {
    expect(tallied().state()).toStrictEqual({
      at: 1_795_643_100_000,
      server: { version: '1.2.3', phase: 'starting', notReady: 'starting', dir: 'inbox' },
      totals: {
        opened: 0,
        received: 0,
        failed: 0,
        refused: 0,
        bytes: 0,
        failedBy: {},
        refusedBy: {},
      },
      ...{ transfers: [], inFlight: 0, files: [], failures: [], refusals: [] },
      curve: Array(300).fill(0),
      limits: [{ name: 'idle-timeout', unit: 'ms', limit: 10_000 }],
    });
  });

  it('has the condition of the engine, with the newest count of files that wait', () => {
    const { after, state } = tallied();
    after(0, listening, { type: 'usage', waiting: 2 });
    expect(state().engine).toStrictEqual({ waiting: 2 });
    const error = { name: 'StoreError', code: 'STORE', message: 'it is down' } as const;
    after(0, { type: 'engine', waiting: 3, error }, { type: 'usage', waiting: 4 });
    expect(state().engine).toStrictEqual({ waiting: 4, problem: 'it is down' });
    after(0, { type: 'engine', waiting: 4 });
    expect(state().engine).toStrictEqual({ waiting: 4 });
  });

  it('follows a transfer from its start to its end', () => {
    const { after, state } = tallied();
    after(0, listening, opened());
    expect(state()).toMatchObject({
      inFlight: 1,
      transfers: [{ connection: 1, peer: PEER, file: '1.file', bytes: 0, ms: 0 }],
    });
    expect(state().transfers[0]).not.toHaveProperty('rate');
    after(1_000, progress(500, 1_000));
    after(1_000, progress(2_500, 2_000));
    expect(state()).toMatchObject({
      transfers: [{ bytes: 2_500, ms: 2_000, rate: 2_000 }],
      totals: { opened: 1, received: 0, bytes: 2_500 },
    });
    after(500, received({ bytes: 3_000, ms: 2_500 }));
    expect(state()).toMatchObject({
      ...{ inFlight: 0, transfers: [], failures: [] },
      totals: { opened: 1, received: 1, failed: 0, bytes: 3_000 },
      files: [
        { connection: 1, peer: PEER, file: '1.file', bytes: 3_000, ms: 2_500, time: STAMP.time },
      ],
    });
  });

  it('reports a rate of zero for a transfer without further reports', () => {
    const { after, state } = tallied();
    after(0, opened());
    after(1_000, progress(500, 1_000));
    after(2_000);
    expect(state().transfers).toMatchObject([{ rate: 500, ms: 3_000 }]);
    after(1_000);
    expect(state().transfers).toMatchObject([{ rate: 0, bytes: 500, ms: 4_000 }]);
  });

  it('counts failed transfers by reason, and keeps the description', () => {
    const { after, state } = tallied();
    after(0, opened(1), opened(2));
    after(10, failed(new ResetError(), { id: 2, peer: PEER, bytes: 7, ms: 10 }));
    expect(state()).toMatchObject({
      inFlight: 1,
      totals: { failed: 1, received: 0, bytes: 7, failedBy: { RESET: 1 } },
      failures: [
        {
          connection: 2,
          file: '2.file',
          bytes: 7,
          reason: 'RESET',
          why: 'the connection was reset',
        },
      ],
    });
    after(0, failedWithoutFile(new ResetError(), { connection: 9, bytes: 0, ms: 0 }));
    expect(state().failures[0]).not.toHaveProperty('file');
    expect(state().totals).toMatchObject({ failed: 2, failedBy: { RESET: 2 } });
  });

  it('reports if not even ERROR could be written', () => {
    const { after, state } = tallied();
    const lost = failed(new ResetError(), { peer: PEER, bytes: 0, ms: 0 });
    after(0, opened(), { ...lost, fileError: { code: 'STORE', message: 'the disk is gone' } });
    expect(state().failures).toMatchObject([{ lost: true }]);
  });

  it('counts refusals, and keeps the last one of each reason', () => {
    const { after, state } = tallied();
    after(0, refused('DENIED'), refused('DENIED', { peer: 'b:1' }), refused('TLS'));
    expect(state()).toMatchObject({
      totals: { refused: 3, refusedBy: { DENIED: 2, TLS: 1 } },
      refusals: [
        { reason: 'DENIED', why: 'because DENIED', peer: 'b:1' },
        { reason: 'TLS', peer: PEER },
      ],
    });
  });

  it('keeps the last 30 results, the newest first', () => {
    const { after, state } = tallied();
    for (let id = 1; id <= 40; id++) after(1, opened(id), received({ id, bytes: id, ms: 1 }));
    const { files } = state();
    expect(files).toHaveLength(30);
    expect(files.map(({ connection }) => connection).slice(0, 3)).toStrictEqual([40, 39, 38]);
  });

  it('lists the oldest 60 of a thousand transfers in flight, and counts all of them', () => {
    const { after, state } = tallied();
    for (let id = 1; id <= 1_000; id++) after(1, opened(id));
    const { transfers, inFlight } = state();
    expect(inFlight).toBe(1_000);
    expect(transfers).toHaveLength(60);
    expect(transfers[59]).toMatchObject({ connection: 60, ms: 940 });
  });

  it('reports the phase of the server', () => {
    const { after, state, tally } = tallied();
    after(0, listening);
    expect(state().server).toStrictEqual({
      ...{ version: '1.2.3', phase: 'listening', dir: 'inbox' },
      ...{ address: '::', port: 5000, since: STAMP.time },
    });
    tally.draining = true;
    expect(state().server).toMatchObject({ phase: 'draining', notReady: 'draining' });
    after(0, { type: 'stopped' });
    expect(state().server).toMatchObject({ phase: 'stopped', notReady: 'stopped' });
  });

  it('reports that the server is not ready while no file can be saved', () => {
    const { after, state } = tallied();
    after(0, listening);
    const space = { free: 1, size: 100, minFree: 5 };
    expect(state({ disk: { space } })).toMatchObject({ disk: space });
    expect(state({ disk: { space } }).server).not.toHaveProperty('notReady');
    expect(state({ disk: { space, problem: 'the disk is full' } }).server).toMatchObject({
      phase: 'listening',
      notReady: 'the disk is full',
    });
  });

  it('reports the delay of the event loop', () => {
    const loop = { p50: 0, p99: 1, max: 2 };
    expect(tallied().state({ loop })).toMatchObject({ loop });
  });

  it('reports a directory whose name is not UTF-8', () => {
    const { tally } = tallied();
    const dir = Buffer.from('d\xe9', 'latin1');
    expect(stateOf(tally, { ...FACTS, dir }, {}, { at: 0, now: 0 }).server.dir).toBe('d\\xe9');
    expect(
      stateOf(tally, { ...FACTS, dir: undefined }, {}, { at: 0, now: 0 }).server,
    ).not.toHaveProperty('dir');
  });

  it('ignores events of a later version, and reports of unknown connections', () => {
    const { after, state, tally } = tallied();
    const before = state();
    tally.count({ ...STAMP, type: 'later' } as unknown as ServerEvent, 0);
    expect(state()).toStrictEqual(before);
    after(0, progress(5, 1), received({ bytes: 5, ms: 1 }));
    expect(state().totals).toMatchObject({ bytes: 0, received: 1 });
  });
});
