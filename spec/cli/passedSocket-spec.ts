import { passedSocket } from '../../src/cli/passedSocket.js';
import { UsageError } from '../../src/cli/usageError.js';

const PID = 42;

describe('passedSocket', () => {
  it('returns the first descriptor that systemd passes', () => {
    expect(passedSocket({ LISTEN_PID: '42', LISTEN_FDS: '1' }, PID)).toStrictEqual({ fd: 3 });
  });

  it.each([
    ['nothing', {}, 'passed no socket'],
    ['no socket', { LISTEN_PID: '42', LISTEN_FDS: '0' }, 'passed no socket'],
    ['no number', { LISTEN_PID: '42', LISTEN_FDS: 'x' }, 'passed no socket'],
    ['a socket of another process', { LISTEN_PID: '41', LISTEN_FDS: '1' }, 'passed no socket'],
    ['a socket of no process', { LISTEN_FDS: '1' }, 'passed no socket'],
    ['two sockets', { LISTEN_PID: '42', LISTEN_FDS: '2' }, 'passed 2 sockets: expected one'],
  ])('rejects %s (S2)', (_, env, line) => {
    const reading = () => passedSocket(env, PID);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(line);
  });
});
