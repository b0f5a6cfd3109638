import { NEVER, throwError, timeout } from 'rxjs';
import { asStoreError } from '../../../../src/asStoreError.js';
import { LateNumber } from '../../../../src/store/directory/writer/lateNumber.js';
import type { FileNumber } from '../../../../src/store/directory/writer/place.js';
import { NameTakenError } from '../../../../src/store/directory/writer/publish.js';
import { marbles } from '../../../support/marbles.js';

const LATE = new Error('late');
const TAKEN = asStoreError(new NameTakenError('the name is taken'));
const inTime = timeout<FileNumber, typeof NEVER>({
  first: 8_000,
  with: () => throwError(() => LATE),
});
const rethrow = (error: unknown) => throwError(() => error);

// prettier-ignore
describe('LateNumber', () => {
  it('publishes once it is known', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number      = cold('   --(a|)', { a: { id: 7 } });
    const publish     = cold<never>('---|');
    const publishSubs = '        --^--!';
    const expected    = '        -----|';
    const late = new LateNumber(number);
    expectObservable(late.use(() => publish, rethrow)).toBe(expected);
    expectObservable(late.id$).toBe('--(7|)', { 7: 7 });
    expectSubscriptions(publish.subscriptions).toBe(publishSubs);
  }));

  it('is given up if it is late, and nobody waits for it again', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number     = cold<FileNumber>('----');
    const numberSubs = ' ^ 7999ms !      ';
    const commit     = ' 8s       #      ';
    const failSub    = ' - 8s      ^     ';
    const discard    = cold<never>('      --|');
    const fail       = ' - 8s      --|   ';
    const late = new LateNumber(number, inTime);
    expectObservable(late.use(() => NEVER, rethrow)).toBe(commit, {}, LATE);
    expectObservable(late.use(() => NEVER, () => discard), failSub).toBe(fail);
    expectObservable(late.id$).toBe('');
    expectSubscriptions(number.subscriptions).toBe([numberSubs, '^']);
  }));

  it('is replaced, as often as its name is taken', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const number      = cold('-(a|)            ', { a: { id: 1, other$: cold('--(b|)', { b: { id: 2, other$: cold('-(c|)', { c: { id: 3 } }) } }) } });
    const taken       = cold<never>('--#', {}, TAKEN);
    const saved       = cold<never>('--|');
    const takenSubs   = ['   -^-!             ', '   -----^-!         '];
    const savedSubs   = '    --------^-!      ';
    const expected    = '    ----------|      ';
    const late = new LateNumber(number);
    expectObservable(late.use(({ id }) => (id < 3 ? taken : saved), rethrow)).toBe(expected);
    expectSubscriptions(taken.subscriptions).toBe(takenSubs);
    expectSubscriptions(saved.subscriptions).toBe(savedSubs);
  }));

  it('is not replaced after any other error', marbles(({ cold, expectObservable }) => {
    const number   = cold('-(a|)', { a: { id: 1, other$: NEVER } });
    const failing  = cold<never>('-#', {}, LATE);
    const expected = '     --#';
    expectObservable(new LateNumber(number).use(() => failing, rethrow)).toBe(expected, {}, LATE);
  }));
});
