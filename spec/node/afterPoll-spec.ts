import { map, merge, switchMap, take, tap, timer, toArray } from 'rxjs';
import { afterPoll$ } from '../../src/node/index.js';
import { loopback } from '../support/loopback.js';
import { first, afterPolls } from '../support/outcome.js';
import { sample } from '../support/sample.js';

describe('afterPoll$', () => {
  const { follow, meet } = loopback();

  it('emits after the bytes that wait in the kernel, even from a late timer', async () => {
    const { connection, client } = await meet('landing');
    const { seen$ } = follow(
      merge(
        connection.bytes$.pipe(map(() => 'bytes')),
        timer(10).pipe(
          switchMap(() => afterPoll$),
          map(() => 'judgement'),
        ),
      ),
    );
    client.write(sample(100));
    block(50);
    expect(await first(seen$.pipe(take(2), toArray()))).toStrictEqual(['bytes', 'judgement']);
  });

  it('emits once and completes', async () => {
    expect(await first(afterPoll$.pipe(toArray()))).toStrictEqual([undefined]);
  });

  it('stays silent once it is unsubscribed', async () => {
    const emissions: unknown[] = [];
    follow(afterPoll$.pipe(tap(() => emissions.push('late')))).stop();
    await afterPolls(3);
    expect(emissions).toStrictEqual([]);
  });
});

/** Keeps the event loop from turning, as a slow call does. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
