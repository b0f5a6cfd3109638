import { NEVER, of, throwError } from 'rxjs';
import { failInSlices } from '../../src/operators/failInSlices.js';
import { ending } from '../support/outcome.js';
import { marbles } from '../support/marbles.js';

describe('failInSlices', () => {
  it(
    'fails a hundred subscribers at a time, in their order, with a round of the event loop between',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const error$ = cold<never>('  --#        ');
      const turn$ = cold('             ---t     ');
      const slices = ['              --#', '-----#', '--------#'];
      const shared$ = failInSlices(error$, turn$);
      for (let index = 0; index < 250; index++)
        expectObservable(shared$).toBe(slices[Math.floor(index / 100)] ?? '');
      expectSubscriptions(error$.subscriptions).toBe('^-!');
      expectSubscriptions(turn$.subscriptions).toBe(['--^--!', '-----^--!']);
    }),
  );

  it(
    'gives those who come between two slices their turn',
    marbles(({ cold, expectObservable }) => {
      const shared$ = failInSlices(cold<never>('--#'), cold('---t'));
      for (let index = 0; index < 101; index++)
        expectObservable(shared$).toBe(index < 100 ? '--#' : '-----#');
      expectObservable(shared$, '----^').toBe('-----#');
    }),
  );

  it('errors at once for a later subscriber if the error is replayed', async () => {
    const shared$ = failInSlices(
      throwError(() => new Error('over')),
      of(undefined),
    );
    for (let time = 0; time < 3; time++)
      expect(await ending(shared$)).toStrictEqual(new Error('over'));
  });

  it(
    'leaves out who has left, and the source once all have',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const error$ = cold<never>('      -----#');
      const shared$ = failInSlices(error$, NEVER);
      expectObservable(shared$, '       --!   ').toBe('');
      expectObservable(shared$, '       ---!  ').toBe('');
      expectSubscriptions(error$.subscriptions).toBe('^--!');
    }),
  );
});
