import { hostname } from 'node:os';
import { instanceName } from '../../src/cli/instanceName.js';
import { serverCommand } from '../../src/cli/serverCommand.js';

const nameWith = (...argv: readonly string[]) => {
  const command = serverCommand(['5000', 'inbox', ...argv], {});
  if (command.text !== undefined) throw new TypeError(command.text);
  return instanceName(command);
};

describe('instanceName', () => {
  it('is the name that was given', () => {
    expect(nameWith('--instance', 'eu-1')).toBe('eu-1');
    expect(nameWith('--instance', 'eu-1', '--events=nats://a/events')).toBe('eu-1');
  });

  it('is the name of the machine in a stream that several servers share', () => {
    expect(nameWith('--events=nats://a/events')).toBe(hostname());
  });

  it('is left out otherwise', () => {
    expect(nameWith()).toBeUndefined();
    expect(nameWith('--events')).toBeUndefined();
  });
});
