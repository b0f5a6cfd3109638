import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { peerOf, type RawHandle, takeHandles } from '../../src/node/handle.js';
import { HandleSender } from '../../src/node/handleSender.js';
import { bundled } from '../support/bundled.js';
import { LOOPBACK, loopback } from '../support/loopback.js';
import { until } from '../support/outcome.js';
import { cleanUp } from '../support/programs.js';

/** Answers each message by its number, and by the port of the peer whose handle came with it. */
const PROGRAM = `
  import { answerParent, handleCredit$, parentProcess } from './src/node/parentProcess.js';
  import { peerOf } from './src/node/handle.js';
  parentProcess<{ n: number }>().subscribe(({ command: { n }, handle }) => {
    answerParent([{ n, ...(handle && { port: peerOf(handle).port }) }]);
    handle?.close();
  });
  if (process.argv.includes('credit')) handleCredit$.subscribe((handles) => answerParent([handles]));
  else answerParent([0]);
`;

interface Answer {
  readonly n: number;
  readonly port?: number | undefined;
}

describe('parentProcess', () => {
  const { closing, plainClient } = loopback();
  afterEach(cleanUp);

  const handlesOf = async (connections: number): Promise<readonly RawHandle[]> => {
    const server = createServer();
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    const handles: RawHandle[] = [];
    takeHandles(server, (handle) => {
      handles.push(handle);
      closing(() => {
        handle.close();
      });
    });
    const { port } = server.address() as AddressInfo;
    for (let client = 0; client < connections; client++) await plainClient(port);
    return until(() => (handles.length === connections ? handles : undefined));
  };

  /** A program that has granted credit, or said that it grants none, and what comes from it. */
  const started = async (...args: readonly string[]) => {
    const [program = ''] = await bundled(PROGRAM);
    const child = fork(program, args);
    closing(() => child.kill('SIGKILL'));
    const sender = new HandleSender(child);
    const answers: Answer[] = [];
    let acknowledgements = 0;
    let isReady = false;
    child
      .on('message', ([answer]: readonly [Answer | number]) => {
        if (typeof answer === 'object') answers.push(answer);
        else if (answer > 0) sender.grant(answer);
        isReady = true;
      })
      .on('internalMessage', ({ cmd }: { readonly cmd: string }) => {
        if (cmd === 'NODE_HANDLE_ACK') acknowledgements++;
      });
    await until(() => isReady);
    return { sender, answers, acknowledgements: () => acknowledgements };
  };

  // More handles than are sent at once.
  const HANDLES = 80;

  it.each([
    ['none is acknowledged if it grants credit', ['credit'], 0],
    ['each is acknowledged otherwise', [], HANDLES],
  ])('emits messages in their order, each with its handle; %s', async (_, args, expected) => {
    const { sender, answers, acknowledgements } = await started(...args);
    const sent: Answer[] = [];
    for (const handle of await handlesOf(HANDLES)) {
      const n = sent.length;
      sender.send({ n }, handle);
      sender.send({ n: n + 1 });
      sent.push({ n, port: peerOf(handle).port }, { n: n + 1 });
    }
    await until(() => answers.length === sent.length);
    expect(answers).toStrictEqual(sent);
    expect(acknowledgements()).toBe(expected);
  });
});
