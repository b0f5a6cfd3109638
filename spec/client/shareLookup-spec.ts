import { concat, defer } from 'rxjs';
import { shareLookup } from '../../src/client/shareLookup.js';
import { LookupError, UnknownHostError } from '../../src/errors.js';
import { marbles } from '../support/marbles.js';

const ADDRESSES = { a: ['::1', '127.0.0.1'], b: ['192.0.2.1'] };
const HOST = 'example.org';

// prettier-ignore
describe('shareLookup', () => {
  it('looks a host up once, for concurrent uploads and for later ones', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const find     = cold('---(a|)      ', ADDRESSES);
    const findSubs = '     ^--!         ';
    const { lookup } = shareLookup(() => find);
    expectObservable(lookup(HOST)).toBe('---(a|)', ADDRESSES);
    expectObservable(lookup(HOST), '-^').toBe('---(a|)', ADDRESSES);
    expectObservable(lookup(HOST), '--------^').toBe('--------(a|)', ADDRESSES);
    expectSubscriptions(find.subscriptions).toBe(findSubs);
  }));

  it('repeats a look-up that failed for the next upload', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const failure  = new LookupError(HOST);
    const find     = cold('---#', ADDRESSES, failure);
    const findSubs = [    '^--!           ',
                          '--------^--!   '];
    const { lookup } = shareLookup(() => find);
    expectObservable(lookup(HOST)).toBe('---#', ADDRESSES, failure);
    expectObservable(lookup(HOST), '-^').toBe('---#', ADDRESSES, failure);
    expectObservable(lookup(HOST), '--------^').toBe('-----------#', ADDRESSES, failure);
    expectSubscriptions(find.subscriptions).toBe(findSubs);
  }));

  it('does not repeat the verdict that the host is unknown', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const unknown  = new UnknownHostError(HOST);
    const find     = cold('---#', ADDRESSES, unknown);
    const findSubs = '     ^--!';
    const { lookup } = shareLookup(() => find);
    expectObservable(lookup(HOST)).toBe('---#', ADDRESSES, unknown);
    expectObservable(lookup(HOST), '--------^').toBe('--------#', ADDRESSES, unknown);
    expectSubscriptions(find.subscriptions).toBe(findSubs);
  }));

  it('stops a look-up when nobody waits for it any more, and then looks up anew', marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const find     = cold('---(a|)        ', ADDRESSES);
    const findSubs = [    '^-!            ',
                          '----^--!       '];
    const { lookup } = shareLookup(() => find);
    expectObservable(lookup(HOST), '^!').toBe('');
    expectObservable(lookup(HOST), '^-!').toBe('');
    expectObservable(lookup(HOST), '----^').toBe('-------(a|)', ADDRESSES);
    expectSubscriptions(find.subscriptions).toBe(findSubs);
  }));

  it('looks up anew when the addresses are forgotten', marbles(({ cold, expectObservable }) => {
    const answers = [cold('--(a|)', ADDRESSES), cold('--(b|)', ADDRESSES)];
    const { lookup, forget } = shareLookup(() => defer(() => answers.shift() ?? []));
    const forgetting$ = defer(() => { forget(); return []; });
    expectObservable(concat(lookup(HOST), forgetting$, lookup(HOST), lookup(HOST))).toBe('--a-(bb|)', ADDRESSES);
  }));
});
