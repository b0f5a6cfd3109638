import { of } from 'rxjs';
import { hookOutput } from '../../../src/cli/outputs/hookOutput.js';
import { hookText, isFailed } from '../../../src/cli/outputs/hookText.js';
import { lineOf } from '../../../src/cli/outputs/line.js';
import { problems } from '../../../src/cli/outputs/problems.js';
import { errorData } from '../../../src/errorData.js';
import { CheckError, type CheckFailure, CommandError } from '../../../src/errors.js';
import type { Hook, ServerEvent } from '../../../src/index.js';
import { failed, STAMP, stopped } from '../../support/events.js';

const hook = (facts: Partial<Hook>): Hook => ({
  ...{ type: 'hook', ...STAMP, hook: 'exec' },
  ...{ connection: 7, peer: '192.0.2.1:5000', id: 7, file: '7.file', ms: 12 },
  ...facts,
});

const cause = new Error('no sh');

const FAILED: Readonly<Record<string, Hook>> = {
  '--exec for 7.file ended with status 3 in 12 ms': hook({ status: 3 }),
  '--exec for 7.file ended with status 3 in 12 ms: no \\x1broom': hook({
    status: 3,
    output: 'first\nno \x1broom\n',
  }),
  '--exec for 7.file was ended by SIGKILL in 12 ms': hook({ signal: 'SIGKILL' }),
  '--exec for 7.file: the command cannot be run: no sh': hook({
    reason: 'COMMAND',
    error: errorData(new CommandError({ cause })),
  }),
  '--exec for 7.file is not run: too many wait already': hook({ reason: 'QUEUE_FULL', ms: 0 }),
  '--exec for 7.file is not run: the server stopped': hook({ reason: 'SHUTDOWN', ms: 0 }),
  '--exec for 7.file was ended: the server stopped': hook({ reason: 'SHUTDOWN' }),
};

const problemsOf = (event: ServerEvent): readonly string[] => {
  const texts: string[] = [];
  void problems()(of(event)).forEach(({ text }) => texts.push(text));
  return texts;
};

describe('hookText', () => {
  it.each(Object.entries(FAILED))('describes: %s', (text, event) => {
    expect(hookText(event)).toBe(text);
    expect(isFailed(event)).toBe(true);
    expect(problemsOf(event)).toStrictEqual([text]);
    expect(lineOf(event, { verbosity: 'normal', dir: 'in' })).toBe(text);
  });

  it('leaves the output out with --verbose, which prints it completely', () => {
    const event = hook({ status: 3, output: 'first\nlast\n' });
    expect(lineOf(event, { verbosity: 'verbose', dir: 'in' })).toBe(
      '--exec for 7.file ended with status 3 in 12 ms',
    );
  });

  it('describes a command that succeeds only with --verbose', () => {
    const event = hook({ status: 0 });
    expect(isFailed(event)).toBe(false);
    expect(problemsOf(event)).toStrictEqual([]);
    expect(lineOf(event, { verbosity: 'normal', dir: 'in' })).toBeUndefined();
    expect(lineOf(event, { verbosity: 'verbose', dir: 'in' })).toBe(
      '--exec for 7.file ended with status 0 in 12 ms',
    );
  });
});

const refused = (failure: CheckFailure): ServerEvent => ({
  ...STAMP,
  ...failed(new CheckError('no', failure), { bytes: 5, ms: 1 }),
});

describe('a check', () => {
  it.each([
    ['refuses', { status: 1 }, 0],
    ['cannot be executed', { status: 126 }, 1],
    ['is not found', { status: 127 }, 1],
    ['is ended by a signal', { signal: 'SIGSEGV' }, 1],
    ['takes too long', { due: 60_000 }, 1],
    ['cannot be run', {}, 1],
  ])('that %s is counted as a problem of the server or not (S11)', (_, failure, count) => {
    expect(problemsOf(refused(failure))).toHaveLength(count);
  });
});

describe('hookOutput', () => {
  const linesOf = (event: ServerEvent): readonly string[] => {
    const lines: string[] = [];
    hookOutput((line) => lines.push(line))(of(event)).subscribe();
    return lines;
  };

  it('prints each line of a command with the name of its file', () => {
    const lines = ['7.file: one', '7.file: ', '7.file: t\\x1bwo'];
    expect(linesOf(hook({ status: 0, output: 'one\n\nt\x1bwo\n' }))).toStrictEqual(lines);
  });

  it('prints the output of a check that refuses', () => {
    expect(linesOf(refused({ status: 1, output: 'no\n' }))).toStrictEqual(['1.file: no']);
  });

  it.each<[string, ServerEvent]>([
    ['a command that prints nothing', hook({ status: 0 })],
    ['a check that prints nothing', refused({ status: 1, output: '' })],
    ['another event', { ...STAMP, ...stopped }],
  ])('prints nothing for %s', (_, event) => {
    expect(linesOf(event)).toStrictEqual([]);
  });
});
