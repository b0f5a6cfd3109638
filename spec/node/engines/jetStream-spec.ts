import { switchMap, take } from 'rxjs';
import { jetStream } from '../../../src/node/engines/jetStream.js';
import { type Answer, natsServer } from '../../support/natsServer.js';
import { ending, first } from '../../support/outcome.js';

describe('jetStream', () => {
  const client = { name: 'a spec', env: {} };
  const message = { topic: 'id', id: 'one' };

  const storing = (answer: Answer) =>
    natsServer(answer).pipe(
      switchMap((place) => jetStream(`nats://${place}/files`, client, { maxMessages: 1 })),
      switchMap((stream) => stream.store(message)),
      take(1),
    );

  const answering =
    (acknowledgment: object): Answer =>
    (subject) =>
      subject === 'files.id' ? { stream: 'files', ...acknowledgment } : { config: {}, state: {} };

  it('emits the sequence of a message that is stored', async () => {
    expect(await first(storing(answering({ seq: 7 })))).toBe(7);
    expect(await first(storing(answering({ seq: 7, duplicate: true })))).toBe(7);
  });

  it('fails if the message is known, and not stored yet: its sequence is 0', async () => {
    expect(await ending(storing(answering({ seq: 0, duplicate: true })))).toStrictEqual(
      new Error('the stream has not stored it yet'),
    );
  });
});
