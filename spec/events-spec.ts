import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { filter, type Observable, Subject, toArray } from 'rxjs';
import { type ClientEvent, send, serve, type ServerEvent } from '../src/index.js';
import { temporaryDirectory } from './support/directory.js';
import { handOver, LOOPBACK, loopback, parting } from './support/loopback.js';
import { first } from './support/outcome.js';
import { faultsOf } from './support/schema.js';

/** The types of events, each once. */
const typesOf = (events: readonly { readonly type: string }[]) =>
  [...new Set(events.map(({ type }) => type))].sort();

/** Plain data comes whole through JSON and a clone, and the schema of the package knows it. */
function expectData(event: ServerEvent | ClientEvent, kind: 'ServerEvent' | 'ClientEvent') {
  const throughJson: unknown = JSON.parse(JSON.stringify(event));
  expect(throughJson).toStrictEqual(event);
  expect(structuredClone(event)).toEqual(event);
  expect(faultsOf(throughJson, kind)).toStrictEqual([]);
}

const has =
  <E extends { readonly type: string }, T extends E['type']>(type: T) =>
  (event: E): event is Extract<E, { type: T }> =>
    event.type === type;

describe('every event is plain data', () => {
  const { follow, kept, plainClient, plainServer } = loopback();
  const path = temporaryDirectory();

  const next = <T extends ServerEvent['type']>(seen$: Observable<ServerEvent>, type: T) =>
    first(seen$.pipe(filter(has<ServerEvent, T>(type))));

  it('of a server', async () => {
    const stop$ = new Subject<void>();
    const { seen$ } = follow(
      serve({
        ...{ port: 0, host: LOOPBACK, dir: path('inbox'), stop$ },
        ...{ maxConnections: 1_000_000_000, maxPerHost: 1, progress: 1, receipt: true },
      }),
    );
    const { port } = await next(seen$, 'listening');

    const one = await plainClient(port);
    await handOver(one, Buffer.from('one'));
    await next(seen$, 'progress');
    kept(connect(port, LOOPBACK));
    await next(seen$, 'refused');
    one.end();
    expect(await parting(one)).toBe('FIN');
    await next(seen$, 'received');

    const reset = await plainClient(port);
    await first(seen$.pipe(filter((event) => event.type === 'opened' && event.id === 2)));
    reset.resetAndDestroy();
    await next(seen$, 'failed');

    const lost = await plainClient(port);
    await first(seen$.pipe(filter((event) => event.type === 'opened' && event.id === 3)));
    rmSync(path('inbox'), { recursive: true });
    lost.resetAndDestroy();
    await first(seen$.pipe(filter((event) => event.type === 'failed' && event.id === 3)));

    stop$.next();
    const events = await first(seen$.pipe(toArray()));
    expect(typesOf(events)).toStrictEqual([
      ...['failed', 'listening', 'opened', 'progress'],
      ...['received', 'reduced', 'refused', 'stopped'],
    ]);
    expect(events.filter(has('failed')).map(({ fileError }) => fileError?.code)).toStrictEqual([
      undefined,
      'STORE',
    ]);
    for (const event of events) expectData(event, 'ServerEvent');
  });

  it('of a client', async () => {
    writeFileSync(path('a.bin'), 'abc');
    const { port, sockets$ } = await plainServer();
    const { seen$ } = follow(send({ host: LOOPBACK, port, file: path('a.bin') }));
    const socket = await first(sockets$);
    // The server is silent until the client has reported its progress.
    await first(seen$.pipe(filter(has('progress'))));
    socket.resume().end();
    const events = await first(seen$.pipe(toArray()));
    expect(typesOf(events)).toStrictEqual(['connected', 'progress', 'sent']);
    for (const event of events) expectData(event, 'ClientEvent');
  });
});
