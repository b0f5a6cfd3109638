import { pathText } from '../../src/node/pathText.js';

describe('pathText', () => {
  it.each([
    ['caf\u00e9', 'café'],
    [Buffer.from('café'), 'café'],
    [Buffer.from('caf\xe9', 'latin1'), 'caf\\xe9'],
    [Buffer.from('caf\xe8', 'latin1'), 'caf\\xe8'],
  ])('shows %j as %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
