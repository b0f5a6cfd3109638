import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { from, map, NEVER, range, Subject, tap, toArray } from 'rxjs';
import { eventLog } from '../../../src/cli/outputs/eventLog.js';
import type { ServerEvent } from '../../../src/index.js';
import { isOpen } from '../../support/descriptors.js';
import { temporaryDirectory } from '../../support/directory.js';
import { opened, STAMP } from '../../support/events.js';
import { makeFifo } from '../../support/fifo.js';
import { following } from '../../support/following.js';
import { jsonLines } from '../../support/jsonLines.js';
import { ending, first, thrownBy, until } from '../../support/outcome.js';
import { MiB } from '../../support/sample.js';

const event = (id: number): ServerEvent => ({ ...STAMP, ...opened(id) });
const progress: ServerEvent = {
  ...STAMP,
  ...{ type: 'progress', connection: 1, peer: '192.0.2.1:5000', bytes: 1, ms: 1 },
};

describe('eventLog', () => {
  const path = temporaryDirectory();
  const { closing, follow } = following();
  const readFifo = (fifo: string) => {
    const fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    closing(() => {
      closeSync(fd);
    });
    return fifo;
  };
  const linesOf = (name: string) => readFileSync(path(name), 'utf8').split('\n').slice(0, -1);
  const eventsIn = (name: string) => jsonLines(readFileSync(path(name), 'utf8'));

  it('appends each event as a line of JSON, but no samples, and closes the file', async () => {
    writeFileSync(path('events'), '"an older line"\n');
    const events$ = new Subject<ServerEvent>();
    const { seen$ } = follow(eventLog(path('events'))(events$));
    for (const one of [event(1), progress, event(2)]) events$.next(one);
    events$.complete();
    expect(await first(seen$.pipe(toArray()))).toStrictEqual([]);
    expect(eventsIn('events')).toStrictEqual(['an older line', event(1), event(2)]);
    await until(() => !isOpen(path('events')));
  });

  it('appends events that come together as lines of their own, whatever the names of files', async () => {
    const events = ['a', 'b\n', 'c\u0085\u2028', 'd', 'ü'].map((file) => ({ ...event(1), file }));
    const { seen$ } = follow(eventLog(path('events'))(from(events)));
    await first(seen$.pipe(toArray()));
    expect(eventsIn('events')).toStrictEqual(events);
    expect(readFileSync(path('events'), 'utf8')).not.toMatch(/[\u0085\u2028]/);
  });

  it('creates a file that only its owner can read', async () => {
    const { seen$ } = follow(eventLog(path('events'))(range(1, 1).pipe(map(event))));
    await first(seen$.pipe(toArray()));
    expect(statSync(path('events')).mode & 0o777).toBe(0o600);
  });

  it('writes each event whole into the old file or the new one, however often it is reopened', async () => {
    const [events$, reopen$] = [new Subject<ServerEvent>(), new Subject<void>()];
    const { seen$ } = follow(eventLog(path('events'), reopen$)(events$));
    const names = ['events'];
    for (let id = 1; id <= 2_000; id++) {
      events$.next(event(id));
      if (id % 400 === 200) {
        names.push(`events.${id}`);
        renameSync(path('events'), path(`events.${id}`));
        for (let times = 0; times < 20; times++) reopen$.next();
        await until(() => existsSync(path('events')));
      }
    }
    await until(() => names.flatMap(linesOf).length === 2_000);
    events$.complete();
    expect(await first(seen$.pipe(toArray()))).toStrictEqual([]);
    const ids = names
      .flatMap(eventsIn)
      .map((event) => (event as { connection: number }).connection)
      .toSorted((a, b) => a - b);
    expect(ids).toStrictEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
  });

  it('reports each event that does not fit into 16 MiB of waiting lines', async () => {
    const events$ = new Subject<ServerEvent>();
    const problems: string[] = [];
    const log$ = eventLog(path('events'))(events$);
    const { seen$ } = follow(log$.pipe(tap(({ text }) => problems.push(text))));
    const large = { ...event(1), peer: 'x'.repeat(5 * MiB) };
    events$.next(event(1));
    for (let count = 0; count < 4; count++) events$.next(large);
    await until(() => problems.length === 4);
    events$.next(event(2));
    events$.complete();
    await first(seen$.pipe(toArray()));
    const lost = `an event is lost: ${path('events')} is written too slowly`;
    expect(problems).toStrictEqual([lost, lost, lost, lost]);
    expect(eventsIn('events')).toStrictEqual([event(1), event(2)]);
  });

  it('reports that it cannot write, and still ends', async () => {
    const { seen$ } = follow(eventLog('/dev/full')(range(1, 2).pipe(map(event))));
    const problems = await first(
      seen$.pipe(
        map(({ text }) => text),
        toArray(),
      ),
    );
    expect(problems.length).toBeGreaterThan(0);
    for (const text of problems)
      expect(text).toBe('events cannot be written to /dev/full: no space left on device');
  });

  it('leaves no file if the server never starts (S2)', async () => {
    const error = new Error('port in use');
    const events$ = new Subject<ServerEvent>();
    const { seen$ } = follow(eventLog(path('events'))(events$));
    events$.error(error);
    expect(await ending(seen$)).toBe(error);
    expect(existsSync(path('events'))).toBe(false);
  });

  it('leaves a link of the user, but nothing where it leads, if the server never starts (S2)', () => {
    symlinkSync(path('target'), path('events'));
    const { stop } = follow(eventLog(path('events'))(NEVER));
    stop();
    expect(lstatSync(path('events')).isSymbolicLink()).toBe(true);
    expect(existsSync(path('target'))).toBe(false);
  });

  it('closes its old file once, after attempts to reopen it that failed', async () => {
    mkdirSync(path('logs'));
    const [events$, reopen$] = [new Subject<ServerEvent>(), new Subject<void>()];
    const problems: string[] = [];
    const { seen$ } = follow(
      eventLog(
        path('logs', 'events'),
        reopen$,
      )(events$).pipe(
        tap(({ text }) => {
          problems.push(text);
        }),
      ),
    );
    events$.next(event(1));
    await until(() => existsSync(path('logs', 'events')) && linesOf('logs/events').length === 1);
    renameSync(path('logs'), path('moved'));
    for (let failed = 1; failed <= 3; failed++) {
      reopen$.next();
      await until(() => problems.length === failed);
    }
    mkdirSync(path('logs'));
    reopen$.next();
    events$.next(event(2));
    await until(() => existsSync(path('logs', 'events')) && linesOf('logs/events').length === 1);
    events$.complete();
    await first(seen$.pipe(toArray()));
    expect(problems).toHaveLength(3);
    await until(() => !isOpen(path('moved', 'events')));
  });

  it.each([
    ['a directory that is missing', () => path('missing', 'events'), 'no such file or directory'],
    ['a directory', () => path(), 'illegal operation on a directory'],
    ['a FIFO that nobody reads', () => makeFifo(path('fifo')), 'no such device or address'],
    ['a FIFO', () => readFifo(makeFifo(path('fifo'))), 'it is a FIFO'],
  ])('throws at once for %s', (_, target, why) => {
    expect(thrownBy(() => eventLog(target()))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(why) as string,
    });
  });
});
