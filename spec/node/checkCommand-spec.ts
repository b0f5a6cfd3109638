import { writeFileSync } from 'node:fs';
import { Subject } from 'rxjs';
import { CheckError, ShutdownError } from '../../src/errors.js';
import { checkCommand, type ReceivedFile } from '../../src/node/index.js';
import { temporaryDirectory } from '../support/directory.js';
import { COMPLETED, ending } from '../support/outcome.js';

const path = temporaryDirectory();

const FACTS: ReceivedFile = { file: '/dev/null', bytes: 5, peer: '192.0.2.1:5000' };

/** What a refusal has beside its message. */
const detailsOf = (error: unknown): unknown => {
  expect(error).toBeInstanceOf(CheckError);
  const { message, status, signal, due } = error as CheckError;
  return { message, status, signal, due };
};

const NONE = { status: undefined, signal: undefined, due: undefined };

describe('checkCommand', () => {
  it('completes if the status is 0', async () => {
    expect(await ending(checkCommand('echo fine')(FACTS))).toBe(COMPLETED);
  });

  it('puts the known facts into the environment, and no others', async () => {
    const check = checkCommand('env | grep ^RXDROP_ | sort | tr "\\n" " "; exit 1');
    expect(await ending(check(FACTS))).toHaveProperty(
      'output',
      'RXDROP_BYTES=5 RXDROP_FILE=/dev/null RXDROP_PEER=192.0.2.1:5000 ',
    );
    const more = { id: 7, sha256: 'ab', client: { name: 'alice', names: [], fingerprint: '' } };
    expect(await ending(check({ ...FACTS, ...more }))).toHaveProperty(
      'output',
      'RXDROP_BYTES=5 RXDROP_CN=alice RXDROP_FILE=/dev/null RXDROP_ID=7 RXDROP_PEER=192.0.2.1:5000 RXDROP_SHA256=ab ',
    );
  });

  it('reads the file', async () => {
    writeFileSync(path('a'), 'infected');
    const check = checkCommand('! grep -H infected "$RXDROP_FILE"');
    expect(await ending(check({ ...FACTS, file: path('a') }))).toHaveProperty(
      'message',
      `${path('a')}:infected`,
    );
    expect(await ending(check(FACTS))).toBe(COMPLETED);
  });

  it.each([
    ['the last line', 'echo first; echo last; echo; exit 3', { message: 'last', status: 3 }],
    ['its status if it prints nothing', 'exit 3', { message: 'status 3', status: 3 }],
    ['its signal', 'kill -9 $$', { message: 'ended by SIGKILL', signal: 'SIGKILL' }],
    [
      'characters that steer a terminal, spelled out',
      'printf "\\033[2J\\rred\\n"; exit 1',
      { message: '\\x1b[2J\\x0dred', status: 1 },
    ],
    [
      'that of the shell if there is no such command',
      'no-such-scanner',
      { message: expect.stringMatching(/no-such-scanner.*not found/) as string, status: 127 },
    ],
  ])('refuses with %s', async (_, line, details) => {
    expect(detailsOf(await ending(checkCommand(line)(FACTS)))).toStrictEqual({
      ...NONE,
      ...details,
    });
  });

  it('refuses after its timeout', async () => {
    const check = checkCommand('sleep 60', { timeout: 20 });
    const message = 'not done within 20 ms';
    expect(detailsOf(await ending(check(FACTS)))).toStrictEqual({ ...NONE, message, due: 20 });
  });

  it('has no timeout for Infinity, and for more than a timer can count', async () => {
    for (const timeout of [Infinity, 2 ** 31])
      expect(await ending(checkCommand('sleep 0.01', { timeout })(FACTS))).toBe(COMPLETED);
  });

  it('refuses with the cause if it cannot be started', async () => {
    const { PATH } = process.env;
    process.env.PATH = path();
    try {
      const error = await ending(checkCommand('exit 0')(FACTS));
      expect(detailsOf(error)).toStrictEqual({
        ...NONE,
        message: 'the command could not be started',
      });
      expect(error).toHaveProperty('cause.code', 'ENOENT');
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('does not wait for processes in the background', async () => {
    expect(await ending(checkCommand('sleep 60 &')(FACTS))).toBe(COMPLETED);
  });

  it('passes on the error that ended it', async () => {
    const abort$ = new Subject<never>();
    const end = ending(checkCommand('sleep 60', { abort$ })(FACTS));
    const reason = new ShutdownError();
    abort$.error(reason);
    expect(await end).toBe(reason);
  });
});
