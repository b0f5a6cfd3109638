import { selectKind } from '../../src/cli/selectScreen.js';

describe('selectKind', () => {
  it.each([
    ['auto', 'a terminal', 'xterm', 'bar'],
    ['auto', 'a terminal', 'dumb', 'plain'],
    ['auto', 'a terminal', '', 'plain'],
    ['auto', 'a terminal', undefined, 'plain'],
    ['auto', 'a pipe', 'xterm', 'none'],
    ['bar', 'a terminal', 'xterm', 'bar'],
    ['bar', 'a terminal', 'dumb', 'plain'],
    ['bar', 'a pipe', undefined, 'bar'],
    ['plain', 'a terminal', 'xterm', 'plain'],
    ['plain', 'a pipe', undefined, 'plain'],
  ] as const)('%s on %s of the kind %j: %s (C8)', (choice, where, term, kind) => {
    expect(selectKind(choice, where === 'a terminal', term)).toBe(kind);
  });
});
