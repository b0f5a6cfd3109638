import { writtenPages } from '../../scripts/docs/writtenPages.js';
import { compiled, examplesOf, outputOf } from '../support/examples.js';
import { pages } from '../support/pages.js';

const examples = pages()
  .filter(({ path }) => writtenPages().includes(path))
  .flatMap(examplesOf);

describe('the TypeScript of the written pages', () => {
  it('compiles', () => {
    expect(examples.length).toBeGreaterThan(5);
    expect(compiled(examples)).toBe('');
  });

  it.each(examples)('prints what it shows: $title', async (example) => {
    expect(example.output).not.toBe('');
    expect(await outputOf(example)).toBe(example.output);
  });
});
