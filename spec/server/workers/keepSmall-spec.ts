import { EMPTY, of, Subject } from 'rxjs';
import type { Begin } from '../../../src/server/admission.js';
import type { Guest } from '../../../src/server/receive.js';
import { keepSmall } from '../../../src/server/workers/keepSmall.js';
import { failed, received } from '../../support/events.js';
import { ResetError } from '../../../src/errors.js';
import { PEER } from '../../support/sender.js';

const KiB = 1024;
const SENDER: Guest = { peer: PEER, abort: () => undefined };
const ORIGIN = { connection: 1, peer: PEER };

describe('keepSmall', () => {
  /** Notes where files are received, whose events are given. */
  const receiving = () => {
    const poll$ = new Subject<void>();
    let next: ReturnType<typeof received> | ReturnType<typeof failed> = received({
      bytes: 0,
      ms: 0,
    });
    const places: string[] = [];
    const begin =
      (place: string): Begin<Guest> =>
      () => {
        places.push(place);
        return { firstEvent$: EMPTY, transfer$: of(next) };
      };
    const receive = keepSmall({ here: begin('here'), away: begin('away'), afterPoll$: poll$ });
    const run = (event: typeof next) => {
      next = event;
      receive(SENDER, ORIGIN).transfer$.subscribe();
    };
    return {
      places,
      run,
      poll: () => {
        poll$.next();
      },
    };
  };
  const SMALL = received({ bytes: 64 * KiB, ms: 0 });
  const LARGE = received({ bytes: 64 * KiB + 1, ms: 0 });

  it('receives the first files away, and then, as long as they are small, here', () => {
    const { places, run, poll } = receiving();
    for (let file = 0; file < 9; file++) {
      run(SMALL);
      poll();
    }
    expect(places).toStrictEqual([...Array<string>(8).fill('away'), 'here']);
    run(LARGE);
    poll();
    run(SMALL);
    expect(places.slice(9)).toStrictEqual(['here', 'away']);
  });

  it('does not conclude anything from files that failed', () => {
    const { places, run, poll } = receiving();
    for (let file = 0; file < 8; file++) run(SMALL);
    run(failed(new ResetError(), { bytes: KiB, ms: 0 }));
    poll();
    run(SMALL);
    expect(places.slice(8)).toStrictEqual(['here', 'here']);
  });

  it('receives at most four here in each round of the event loop', () => {
    const { places, run, poll } = receiving();
    for (let file = 0; file < 8; file++) run(SMALL);
    for (let file = 0; file < 6; file++) run(SMALL);
    expect(places.slice(8)).toStrictEqual(['here', 'here', 'here', 'here', 'away', 'away']);
    poll();
    run(SMALL);
    expect(places.slice(14)).toStrictEqual(['here']);
  });
});
