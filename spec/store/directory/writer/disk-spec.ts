import { Subject } from 'rxjs';
import { type Disk, disk } from '../../../../src/store/directory/writer/disk.js';
import type { FileCall, Steps } from '../../../../src/store/directory/writer/steps.js';
import { ending, thrownBy, turns } from '../../../support/outcome.js';
import { fault } from '../../../support/steps.js';

describe('disk', () => {
  /** A disk whose calls take as long as they say, and which of them it makes how. */
  const pacedDisk = () => {
    let time = 0;
    const made: string[] = [];
    const overdue$ = new Subject<void>();
    const clock = { now: () => time };

    /** A call of some milliseconds that answers with its name, or fails. */
    const call = (name: string, ms: number, error: Error | null = null): FileCall<unknown> => ({
      now: () => {
        made.push(`${name} now`);
        time += ms;
        if (error) throw error;
        return name;
      },
      later: (done) => {
        made.push(`${name} later`);
        if (ms >= 20) overdue$.next();
        setImmediate(done, error, name);
      },
    });

    function* calls(...durations: number[]): Steps<void> {
      for (const [index, ms] of durations.entries()) yield call(String(index), ms);
    }

    return {
      files: disk({ slowFrom: 20, quickAfter: 3, atOnce: 2, overdue$, clock }),
      made,
      call,
      calls,
    };
  };

  it('makes calls at once while they are quick', async () => {
    const { files, made, calls } = pacedDisk();
    expect(await ending(files.run(() => calls(19, 0, 19)))).toBe('completed');
    expect(made).toStrictEqual(['0 now', '1 now', '2 now']);
    expect(files.slow).toBe(false);
  });

  it('makes them in the thread pool from the one after a slow one on', async () => {
    const { files, made, calls } = pacedDisk();
    await ending(files.run(() => calls(0, 20, 20, 0)));
    expect(made).toStrictEqual(['0 now', '1 now', '2 later', '3 later']);
    expect(files.slow).toBe(true);
  });

  it('makes them at once again after some quick ones in a row', async () => {
    const { files, made, calls } = pacedDisk();
    await ending(files.run(() => calls(20, 0, 0, 20, 0, 0, 0, 0)));
    expect(made.map((how) => how.slice(2)).join(' ')).toBe(
      'now later later later later later later now',
    );
    expect(files.slow).toBe(false);
  });

  it('makes so many in the thread pool at once, and the others in turn', async () => {
    const { files, made, call } = pacedDisk();
    files.now(one('slow'));
    const ends = ['a', 'b', 'c', 'd'].map((name) => ending(files.run(() => one(name))));
    expect(made).toStrictEqual(['slow now', 'a later', 'b later']);
    expect(await Promise.all(ends)).toStrictEqual(Array(4).fill('completed'));
    expect(made).toStrictEqual(['slow now', 'a later', 'b later', 'c later', 'd later']);

    function* one(name: string): Steps<void> {
      yield call(name, 20);
    }
  });

  describe('that is given up', () => {
    const settling = (files: Disk) =>
      new Promise<void>((resolve) => {
        files.settle(resolve);
      });

    it('is settled at once while it is quick', () => {
      const { files } = pacedDisk();
      let settled = false;
      files.settle(() => {
        settled = true;
      });
      expect(settled).toBe(true);
    });

    it('is settled behind steps that wait for their turn, and has no others wait', async () => {
      const { files, made, calls } = pacedDisk();
      files.now(calls(19, 19));
      const ended = ending(files.run(() => calls(0)));
      let settled = false;
      files.settle(() => {
        settled = true;
      });
      expect(settled).toBe(false);
      expect(await ending(files.run(() => calls(1, 1)))).toBe('completed');
      expect(made).toHaveLength(4);
      expect(await ended).toBe('completed');
      expect(settled).toBe(true);
    });

    it('is settled behind what is under way while it is slow', async () => {
      const { files, made, calls } = pacedDisk();
      files.now(calls(20));
      const ended = ending(files.run(() => calls(20, 20)));
      await settling(files);
      expect(made).toStrictEqual(['0 now', '0 later', '1 later']);
      expect(await ended).toBe('completed');
    });

    it.each([
      ['stays slow', false],
      ['is quick by then', true],
    ])('begins nothing more after its patience, but what undoes, if it %s', async (_, quick) => {
      const { files, made, call, calls, answer } = hangingDisk(quick);
      files.now(calls(20));
      const undoing = ending(
        files.run(function* () {
          try {
            yield call('stuck');
            yield call('never');
          } catch (error) {
            yield call('undo');
            throw error;
          }
        }),
      );
      const waiting = ending(files.run(() => calls(1)));
      await settling(files);
      expect(files.stopped).toBe(true);
      answer();
      expect([await undoing, await waiting]).toMatchObject([
        { name: 'StoreError', cause: { message: 'the server has stopped' } },
        { name: 'StoreError', cause: { message: 'the server has stopped' } },
      ]);
      expect(made).toStrictEqual(['0 now', 'stuck later', quick ? 'undo now' : 'undo later']);
    });

    /** A disk that makes one call at once, and answers the first of them only when it is asked to. */
    const hangingDisk = (quick: boolean) => {
      const { made, calls } = pacedDisk();
      let [time, ms] = [0, 100];
      const overdue$ = new Subject<void>();
      let answer: () => void = () => undefined;
      const call = (name: string): FileCall<unknown> => ({
        now: () => made.push(`${name} now`),
        later: (done) => {
          made.push(`${name} later`);
          if (quick) ms = 0;
          else overdue$.next();
          if (name === 'stuck')
            answer = () => {
              done(null);
            };
          else setImmediate(done, null);
        },
      });
      const clock = { now: () => (time += ms) };
      const files = disk({ slowFrom: 20, quickAfter: 1, atOnce: 1, patience: 1, overdue$, clock });
      return {
        files,
        made,
        call,
        calls,
        answer: () => {
          answer();
        },
      };
    };
  });

  it('does not count the time in which a busy event loop delivers nothing', async () => {
    const files = disk({ slowFrom: 2, quickAfter: 1 });
    const calls = [busy(3), { now: () => undefined, later: answer }];
    files.now(steps());
    expect(files.slow).toBe(true);
    await turns();
    const ended = ending(files.run(steps));
    busy(3).now();
    expect(await ended).toBe('completed');
    expect(files.slow).toBe(false);

    function* steps(): Steps<void> {
      const call = calls.shift();
      if (call) yield call;
    }
    function busy(ms: number): FileCall<void> {
      const now = () => {
        for (const end = performance.now() + ms; performance.now() < end;);
      };
      return { now, later: answer };
    }
    function answer(done: (error: Error | null) => void): void {
      setImmediate(done, null);
    }
  });

  it('begins the next steps in the next round of the event loop after many, in their order', async () => {
    const { files, made, calls } = pacedDisk();
    const ends = [1, 2, 3, 4, 5].map(() => ending(files.run(() => calls(19, 0))));
    expect(made).toStrictEqual(['0 now', '1 now', '0 now', '1 now']);
    await turns(1);
    expect(made).toHaveLength(8);
    expect(await Promise.all(ends)).toStrictEqual(Array(5).fill('completed'));
    expect(made).toHaveLength(10);
  });

  it('begins no steps that are unsubscribed before their turn', async () => {
    const { files, made, calls } = pacedDisk();
    files.now(calls(19, 19));
    files
      .run(() => calls(0))
      .subscribe()
      .unsubscribe();
    await turns();
    expect(made).toHaveLength(2);
  });

  it('has one pace for all', async () => {
    const { files, made, calls } = pacedDisk();
    files.now(calls(20));
    await ending(files.run(() => calls(0)));
    expect(made).toStrictEqual(['0 now', '0 later']);
  });

  it('makes calls at once where there is no other way, and notes how long they take', () => {
    const { files, made, calls } = pacedDisk();
    files.now(calls(20, 0));
    expect(files.slow).toBe(true);
    files.now(calls(0, 0));
    expect(files.slow).toBe(false);
    expect(made).toStrictEqual(['0 now', '1 now', '0 now', '1 now']);
  });

  it('notes also how long a call took that failed', () => {
    const { files, call } = pacedDisk();
    function* failing(): Steps<void> {
      yield call('a', 20, fault('EIO'));
    }
    expect(() => {
      files.now(failing());
    }).toThrow();
    expect(files.slow).toBe(true);
  });

  it('does nothing before it is subscribed, and each time all of it', async () => {
    const { files, made, calls } = pacedDisk();
    const run$ = files.run(() => calls(0));
    expect(made).toStrictEqual([]);
    await ending(run$);
    await ending(run$);
    expect(made).toStrictEqual(['0 now', '0 now']);
  });

  describe.each([
    ['quick', 0],
    ['slow', 20],
  ])('while it is %s', (_, ms) => {
    it('gives each call its answer and each failure its exception', async () => {
      const { files, call } = pacedDisk();
      const answers: unknown[] = [];
      function* steps(): Steps<void> {
        answers.push(yield call('one', ms));
        try {
          yield call('two', ms, fault('EIO'));
        } catch (error) {
          answers.push(error, yield call('three', ms));
        }
      }
      expect(await ending(files.run(steps))).toBe('completed');
      expect(answers).toStrictEqual(['one', fault('EIO'), 'three']);
    });

    it('errors with what the steps do not catch, as a StoreError', async () => {
      const { files, call } = pacedDisk();
      function* failing(): Steps<void> {
        yield call('one', ms);
        yield call('two', ms, fault('ENOSPC'));
      }
      expect(await ending(files.run(failing))).toMatchObject({
        name: 'StoreError',
        cause: { code: 'ENOSPC' },
      });
    });
  });

  it('throws what the steps do not catch, as a StoreError', () => {
    const { files, call } = pacedDisk();
    function* failing(): Steps<void> {
      yield call('one', 0, fault('ENOSPC'));
    }
    expect(
      thrownBy(() => {
        files.now(failing());
      }),
    ).toMatchObject({ name: 'StoreError', cause: { code: 'ENOSPC' } });
  });
});
