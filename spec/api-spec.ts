import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

describe('the types of the package', () => {
  const pages = readdirSync('spec/api');
  let built: Record<string, string>;

  beforeAll(() => {
    const printed = execFileSync(process.execPath, ['scripts/api.js', '--print']);
    built = JSON.parse(printed.toString()) as typeof built;
  });

  it.each(pages)('are those of spec/api/%s (`npm run api` writes it)', (page) => {
    expect(built[page]).toBe(readFileSync(`spec/api/${page}`, 'utf8'));
  });

  it('are listed there for each entry', () => {
    expect(pages.sort()).toStrictEqual(Object.keys(built).sort());
  });
});
