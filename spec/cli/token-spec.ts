import { writeFileSync } from 'node:fs';
import { readToken } from '../../src/cli/token.js';
import { UsageError } from '../../src/cli/usageError.js';
import { NoInputError } from '../../src/errors.js';
import { temporaryDirectory } from '../support/directory.js';

const path = temporaryDirectory();

function tokenIn(content: string): string {
  writeFileSync(path('token'), content);
  return readToken(path('token'));
}

describe('readToken', () => {
  it.each(['secret', 'secret\n', ' secret \r\n'])(
    'accepts %j without its white space',
    (content) => {
      expect(tokenIn(content)).toBe('secret');
    },
  );

  it.each(['', '\n', 'two words', 'sécret', 'a\nb', 'a\0b'])('refuses %j (S2)', (content) => {
    expect(() => tokenIn(content)).toThrow(UsageError);
    expect(() => tokenIn(content)).toThrow('has no token');
  });

  it('reports a file that cannot be read', () => {
    expect(() => readToken(path('none'))).toThrow(NoInputError);
  });
});
