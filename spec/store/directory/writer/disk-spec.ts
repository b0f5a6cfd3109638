import { Subject } from 'rxjs';
import { type Disk, disk } from '../../../../src/store/directory/writer/disk.js';
import type { FileCall, Steps } from '../../../../src/store/directory/writer/steps.js';
import { ending, thrownBy, afterPolls } from '../../../support/outcome.js';
import { fault } from '../../../support/steps.js';

describe('disk', () => {
  /** A disk whose calls take the given times. `made` lists the calls and how each was made. */
  const pacedDisk = () => {
    let time = 0;
    const made: string[] = [];
    const overdue$ = new Subject<void>();
    const clock = { now: () => time };

    /** A call of some milliseconds that returns its name, or fails. */
    const call = (name: string, ms: number, error: Error | null = null): FileCall<unknown> => ({
      runSync: () => {
        made.push(`${name} sync`);
        time += ms;
        if (error) throw error;
        return name;
      },
      run: (done) => {
        made.push(`${name} pool`);
        if (ms >= 20) overdue$.next();
        setImmediate(done, error, name);
      },
    });

    function* calls(...durations: number[]): Steps<void> {
      for (const [index, ms] of durations.entries()) yield call(String(index), ms);
    }

    return {
      files: disk({ slowMs: 20, fastCalls: 3, concurrent: 2, overdue$, clock }),
      made,
      call,
      calls,
    };
  };

  it('makes calls synchronously while they are fast', async () => {
    const { files, made, calls } = pacedDisk();
    expect(await ending(files.run(() => calls(19, 0, 19)))).toBe('completed');
    expect(made).toStrictEqual(['0 sync', '1 sync', '2 sync']);
    expect(files.slow).toBe(false);
  });

  it('makes calls in the thread pool after a slow call', async () => {
    const { files, made, calls } = pacedDisk();
    await ending(files.run(() => calls(0, 20, 20, 0)));
    expect(made).toStrictEqual(['0 sync', '1 sync', '2 pool', '3 pool']);
    expect(files.slow).toBe(true);
  });

  it('makes calls synchronously again after some fast ones in a row', async () => {
    const { files, made, calls } = pacedDisk();
    await ending(files.run(() => calls(20, 0, 0, 20, 0, 0, 0, 0)));
    expect(made.map((how) => how.slice(2)).join(' ')).toBe(
      'sync pool pool pool pool pool pool sync',
    );
    expect(files.slow).toBe(false);
  });

  it('makes a limited number in the thread pool at once, and queues the others', async () => {
    const { files, made, call } = pacedDisk();
    files.runSync(one('slow'));
    const ends = ['a', 'b', 'c', 'd'].map((name) => ending(files.run(() => one(name))));
    expect(made).toStrictEqual(['slow sync', 'a pool', 'b pool']);
    expect(await Promise.all(ends)).toStrictEqual(Array(4).fill('completed'));
    expect(made).toStrictEqual(['slow sync', 'a pool', 'b pool', 'c pool', 'd pool']);

    function* one(name: string): Steps<void> {
      yield call(name, 20);
    }
  });

  describe('settle', () => {
    const settling = (files: Disk) =>
      new Promise<void>((resolve) => {
        files.settle(resolve);
      });

    it('calls back at once while the disk is fast', () => {
      const { files } = pacedDisk();
      let settled = false;
      files.settle(() => {
        settled = true;
      });
      expect(settled).toBe(true);
    });

    it('calls back after what holds it', () => {
      const { files } = pacedDisk();
      const release = files.hold();
      let settled = false;
      files.settle(() => {
        settled = true;
      });
      expect(settled).toBe(false);
      release();
      expect(settled).toBe(true);
    });

    it('calls back after the steps that wait for their slice, and has no others wait', async () => {
      const { files, made, calls } = pacedDisk();
      files.runSync(calls(19, 19));
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

    it('calls back after the steps under way while the disk is slow', async () => {
      const { files, made, calls } = pacedDisk();
      files.runSync(calls(20));
      const ended = ending(files.run(() => calls(20, 20)));
      await settling(files);
      expect(made).toStrictEqual(['0 sync', '0 pool', '1 pool']);
      expect(await ended).toBe('completed');
    });

    it.each([
      ['is still slow', false],
      ['is fast by then', true],
    ])('after its patience, only calls that undo begin, if the disk %s', async (_, fast) => {
      const { files, made, call, calls, answer } = hangingDisk(fast);
      files.runSync(calls(20));
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
      expect(made).toStrictEqual(['0 sync', 'stuck pool', fast ? 'undo sync' : 'undo pool']);
    });

    /** A disk with one call in the pool at a time. The call `stuck` ends when `answer` is called. */
    const hangingDisk = (fast: boolean) => {
      const { made, calls } = pacedDisk();
      let [time, ms] = [0, 100];
      const overdue$ = new Subject<void>();
      let answer: () => void = () => undefined;
      const call = (name: string): FileCall<unknown> => ({
        runSync: () => made.push(`${name} sync`),
        run: (done) => {
          made.push(`${name} pool`);
          if (fast) ms = 0;
          else overdue$.next();
          if (name === 'stuck')
            answer = () => {
              done(null);
            };
          else setImmediate(done, null);
        },
      });
      const clock = { now: () => (time += ms) };
      const files = disk({ slowMs: 20, fastCalls: 1, concurrent: 1, patience: 1, overdue$, clock });
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
    const files = disk({ slowMs: 2, fastCalls: 1 });
    const calls = [busy(3), { runSync: () => undefined, run: answer }];
    files.runSync(steps());
    expect(files.slow).toBe(true);
    await afterPolls();
    const ended = ending(files.run(steps));
    busy(3).runSync();
    expect(await ended).toBe('completed');
    expect(files.slow).toBe(false);

    function* steps(): Steps<void> {
      const call = calls.shift();
      if (call) yield call;
    }
    function busy(ms: number): FileCall<void> {
      const runSync = () => {
        for (const end = performance.now() + ms; performance.now() < end;);
      };
      return { runSync, run: answer };
    }
    function answer(done: (error: Error | null) => void): void {
      setImmediate(done, null);
    }
  });

  it('begins the next steps in the next round of the event loop after many, in their order', async () => {
    const { files, made, calls } = pacedDisk();
    const ends = [1, 2, 3, 4, 5].map(() => ending(files.run(() => calls(19, 0))));
    expect(made).toStrictEqual(['0 sync', '1 sync', '0 sync', '1 sync']);
    await afterPolls(1);
    expect(made).toHaveLength(8);
    expect(await Promise.all(ends)).toStrictEqual(Array(5).fill('completed'));
    expect(made).toHaveLength(10);
  });

  it('begins no steps that are unsubscribed while they wait', async () => {
    const { files, made, calls } = pacedDisk();
    files.runSync(calls(19, 19));
    files
      .run(() => calls(0))
      .subscribe()
      .unsubscribe();
    await afterPolls();
    expect(made).toHaveLength(2);
  });

  it('has one mode for all steps', async () => {
    const { files, made, calls } = pacedDisk();
    files.runSync(calls(20));
    await ending(files.run(() => calls(0)));
    expect(made).toStrictEqual(['0 sync', '0 pool']);
  });

  it('makes calls synchronously by runSync in both modes, and measures them', () => {
    const { files, made, calls } = pacedDisk();
    files.runSync(calls(20, 0));
    expect(files.slow).toBe(true);
    files.runSync(calls(0, 0));
    expect(files.slow).toBe(false);
    expect(made).toStrictEqual(['0 sync', '1 sync', '0 sync', '1 sync']);
  });

  it('also measures a call that fails', () => {
    const { files, call } = pacedDisk();
    function* failing(): Steps<void> {
      yield call('a', 20, fault('EIO'));
    }
    expect(() => {
      files.runSync(failing());
    }).toThrow();
    expect(files.slow).toBe(true);
  });

  it('does nothing before it is subscribed, and runs all steps at each subscription', async () => {
    const { files, made, calls } = pacedDisk();
    const run$ = files.run(() => calls(0));
    expect(made).toStrictEqual([]);
    await ending(run$);
    await ending(run$);
    expect(made).toStrictEqual(['0 sync', '0 sync']);
  });

  describe.each([
    ['fast', 0],
    ['slow', 20],
  ])('while it is %s', (_, ms) => {
    it('passes the result of each call to the steps, and each error as an exception', async () => {
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

    it('errors with a StoreError if the steps do not catch an error', async () => {
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

  it('throws a StoreError if the steps do not catch an error', () => {
    const { files, call } = pacedDisk();
    function* failing(): Steps<void> {
      yield call('one', 0, fault('ENOSPC'));
    }
    expect(
      thrownBy(() => {
        files.runSync(failing());
      }),
    ).toMatchObject({ name: 'StoreError', cause: { code: 'ENOSPC' } });
  });
});
