import { writeFileSync } from 'node:fs';
import { NEVER, type Observable, of, Subject, throwError, toArray } from 'rxjs';
import { StoreError } from '../../../src/errors.js';
import { directoryStore } from '../../../src/store/directory/directoryStore.js';
import type { Numbers } from '../../../src/store/numbers.js';
import type { Part, Store } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first } from '../../support/outcome.js';

describe('directoryStore, with numbers from elsewhere', () => {
  const { follow } = following();
  const path = temporaryDirectory();
  const origin = { connection: 1, peer: '127.0.0.1:1' };

  const open = (numbers: Numbers): Promise<Store> =>
    first(follow(directoryStore({ path: path(), numbers })).seen$);

  const write = (part: Part, text: string): Part => part.write(bytes(text));

  /** Emits these numbers, one for each request. */
  const counting = (...ids: readonly number[]): Numbers & { readonly asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      next(messageId) {
        asked.push(messageId);
        const id = ids[asked.length - 1];
        return id === undefined ? NEVER : of(id);
      },
    };
  };

  it('names files by them, each with a request of its own', async () => {
    const numbers = counting(7, 12);
    const store = await open(numbers);
    const [one, two] = [store.begin(origin), store.begin(origin)];
    expect(await ending(write(one, 'one').commit())).toBe(COMPLETED);
    expect(await ending(write(two, 'two').fail())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '7.file': 'one', '12.file': 'ERROR' });
    expect(await first(one.id$.pipe(toArray()))).toStrictEqual([7]);
    expect(new Set(numbers.asked).size).toBe(2);
  });

  it('waits for a number that is late', async () => {
    const late$ = new Subject<number>();
    const store = await open({ next: () => late$ });
    const part = store.begin(origin);
    const ended = ending(write(part, 'late').commit());
    expect(part.id).toBeUndefined();
    late$.next(3);
    expect(await ended).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ '3.file': 'late' });
  });

  it.each<[string, (part: Part) => Observable<never>, string]>([
    ['a file', (part) => part.commit(), 'new'],
    ['ERROR', (part) => part.fail(), 'ERROR'],
  ])(
    'gives %s another number if its name is taken, and changes nothing else',
    async (_, settle, expected) => {
      writeFileSync(path('1.file'), 'old');
      writeFileSync(path('2.file'), 'older');
      const numbers = counting(1, 2, 3);
      const store = await open(numbers);
      const part = write(store.begin(origin), 'new');
      expect(await first(part.id$)).toBe(1);
      expect(await ending(settle(part))).toBe(COMPLETED);
      expect(contents(path())).toStrictEqual({
        '1.file': 'old',
        '2.file': 'older',
        '3.file': expected,
      });
      expect(await first(part.id$)).toBe(3);
      expect(new Set(numbers.asked).size).toBe(3);
    },
  );

  it('leaves nothing of a file that gets no number, and asks only once', async () => {
    const error = new StoreError();
    let asked = 0;
    const store = await open({
      next() {
        asked++;
        return throwError(() => error);
      },
    });
    const part = write(store.begin(origin), 'lost');
    expect(await ending(part.commit())).toBe(error);
    expect(await ending(part.fail())).toBe(error);
    expect(await ending(part.id$)).toBe(error);
    expect(contents(path())).toStrictEqual({});
    expect(asked).toBe(1);
  });
});
