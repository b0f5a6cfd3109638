import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { lastValueFrom, map, merge, ReplaySubject, switchMap, take, toArray } from 'rxjs';
import { type RawHandle, takeHandles } from '../../src/node/handle.js';
import { type WorkerProcess, workerProcess } from '../../src/node/workerProcess.js';
import { contents, temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { ending, first } from '../support/outcome.js';

interface Command {
  readonly job: number;
}
interface Answer extends Command {
  readonly text: string;
}
type Worker = WorkerProcess<Command, Answer>;

/** Is ready at its first message, and answers each other one by a list. */
const PROGRAM = `
  process.once('message', () => {
    process.send([{ type: 'ready' }]);
    process.on('message', ({ job }) => {
      process.send([{ job, text: 'a' }, { report: 1 }, { job: 0, text: 'of another' }, { job, text: 'b' }]);
    });
  });
`;

describe('workerProcess', () => {
  const { closing, follow } = following();
  const path = temporaryDirectory();

  const { plainClient } = loopback();

  /** The handle of a connection. */
  const handleOf = async () => {
    const server = createServer();
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    const taken$ = new ReplaySubject<RawHandle>(1);
    takeHandles(server, (handle) => {
      taken$.next(handle);
    });
    await plainClient((server.address() as AddressInfo).port);
    return first(taken$);
  };

  const start = (program: string, startTimeout?: number) => {
    writeFileSync(path('worker.mjs'), program);
    const module = pathToFileURL(path('worker.mjs'));
    return follow(
      workerProcess<Command, Answer>({ module, setup: { type: 'setup' }, startTimeout }),
    );
  };

  it('is emitted once it is ready, and delivers what comes in a list in its order', async () => {
    const { seen$ } = start(PROGRAM);
    const seen = await first(
      seen$.pipe(
        switchMap((worker: Worker) =>
          merge(
            worker.reports$,
            worker.answers(7, () => {
              worker.send({ job: 7 });
            }),
          ).pipe(
            take(3),
            toArray(),
            map((messages) => [worker.ready, ...messages]),
          ),
        ),
      ),
    );
    const [ready, ...messages] = seen;
    expect(ready).toStrictEqual({ type: 'ready' });
    expect(messages).toHaveLength(3);
    expect(messages.filter((message) => 'job' in message)).toStrictEqual([
      { job: 7, text: 'a' },
      { job: 7, text: 'b' },
    ]);
    expect(messages).toContainEqual({ report: 1 });
  });

  it('gets handles at once when it is ready, if it grants credit for them', async () => {
    const { seen$ } = start(`
      process.removeAllListeners('internalMessage');
      process.on('internalMessage', ({ msg: { job } }, handle) => {
        process.send([{ job, text: handle ? 'with a handle' : 'without' }]);
      });
      process.once('message', () => process.send([{ type: 'ready' }, 2]));
      process.on('message', () => {});
    `);
    const handles = [await handleOf(), await handleOf()] as const;
    const answers = await first(
      seen$.pipe(
        switchMap((worker: Worker) =>
          merge(
            ...handles.map((handle, index) =>
              worker.answers(index + 1, () => {
                worker.send({ job: index + 1 }, handle);
              }),
            ),
          ),
        ),
        take(2),
        toArray(),
      ),
    );
    expect(answers.map(({ text }) => text)).toStrictEqual(['with a handle', 'with a handle']);
  });

  it('is killed if it is not ready in time', async () => {
    const { seen$ } = start('setInterval(() => undefined, 1_000)', 50);
    expect(await ending(seen$)).toMatchObject({ name: 'WorkerError', signal: 'SIGKILL' });
  });

  it('ends by itself when it is unsubscribed, after its work', async () => {
    const { seen$, stop } = start(`
      import { writeFileSync } from 'node:fs';
      process.once('message', (setup) => process.send([setup]));
      process.on('message', () => {});
      process.on('disconnect', () => setTimeout(() => writeFileSync('${path('done')}', 'done'), 50));
    `);
    const worker = await first(seen$);
    stop();
    await lastValueFrom(worker.gone$, { defaultValue: undefined });
    expect(contents(path())).toHaveProperty('done', 'done');
  });

  it('errors when it ends, for all who wait for its answers', async () => {
    const { seen$ } = start(`process.once('message', (setup) => process.send([setup]));
      process.on('message', () => process.exit(3));`);
    const worker = await first(seen$);
    const answers$ = worker.answers(7, () => {
      worker.send({ job: 7 });
    });
    expect(await ending(answers$)).toMatchObject({ name: 'WorkerError', status: 3 });
    expect(await ending(seen$)).toMatchObject({ name: 'WorkerError', status: 3 });
  });
});
